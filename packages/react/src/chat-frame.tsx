import { type ReactNode, useRef } from 'react'
import { ConnectionBanner } from './connection-banner.tsx'
import { useRegions, useRegionsFromNowhere } from './headless/use-regions.ts'
import { type Slots, SlotsContext } from './slots.ts'
import { ComponentRoot } from './ui/component-root.tsx'

export interface ChatFrameProps {
  /**
   * Does the whole page belong to Parley? Then it renders landmarks and headings, the composer takes the focus and text
   * that is typed outside of any field, and files can be dropped anywhere. Default: false, all of these belong to the
   * host's page.
   */
  isPage?: boolean
  /** Focuses the composer when it is mounted. Default: the value of `isPage`. */
  autoFocus?: boolean
  /** Components that replace ours. Pass the same object each time: a new one renders every message again. */
  slots?: Slots
}

interface FrameProps extends Pick<ChatFrameProps, 'isPage' | 'slots'> {
  /** The pane that is shown if the element is too narrow for all. */
  pane: 'list' | 'conversation' | 'panel'
  children: ReactNode
}

const noSlots: Slots = {}

/**
 * The frame around the panes of a chat: root element, slots and connection banner. F6 and Shift+F6 move the focus
 * between the regions inside; if `isPage`, also while no element has the focus. In a narrow element only `pane` is
 * visible.
 */
export function ChatFrame({ isPage, slots = noSlots, pane, children }: FrameProps) {
  const changeRegion = useRegions()
  const page = useRef<HTMLDivElement>(null)
  useRegionsFromNowhere(page, isPage === true)
  return (
    <ComponentRoot isPage={isPage} shape="fill" isSlotted={slots !== noSlots}>
      <SlotsContext.Provider value={slots}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: F6 moves the focus between the regions inside */}
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
