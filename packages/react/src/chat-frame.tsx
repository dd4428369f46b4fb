import { type ReactNode, useRef } from 'react'
import { ConnectionBanner } from './connection-banner.tsx'
import { useRegions, useRegionsFromNowhere } from './headless/use-regions.ts'
import { type Slots, SlotsContext } from './slots.ts'
import { ComponentRoot } from './ui/component-root.tsx'

export interface ChatFrameProps {
  /**
   * The page is all chat: it gets the landmarks and the headings, the composer takes the focus and what is typed outside of
   * any field, and files may be dropped anywhere. Without it the page is a host's, and all of that stays the host's.
   */
  isPage?: boolean
  /** The composer takes the focus when the component comes; what `isPage` says if left out. */
  autoFocus?: boolean
  /** Components in the place of ours. One object that lasts. */
  slots?: Slots
}

interface FrameProps extends Pick<ChatFrameProps, 'isPage' | 'slots'> {
  /** Which pane is shown where they do not fit beside each other. */
  pane: 'list' | 'conversation' | 'panel'
  children: ReactNode
}

const noSlots: Slots = {}

/** What stands around the panes of a chat. */
export function ChatFrame({ isPage, slots = noSlots, pane, children }: FrameProps) {
  const changeRegion = useRegions()
  const page = useRef<HTMLDivElement>(null)
  useRegionsFromNowhere(page, isPage === true)
  return (
    <ComponentRoot isPage={isPage} shape="fill" isSlotted={slots !== noSlots}>
      <SlotsContext.Provider value={slots}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: F6 leads around the regions inside, from wherever one is */}
        <div ref={page} className="parley-page" onKeyDown={changeRegion}>
          <ConnectionBanner />
          <div className="parley-page__panes" data-pane={pane}>
            {children}
          </div>
        </div>
      </SlotsContext.Provider>
    </ComponentRoot>
  )
}
