import type { ReactNode } from 'react'
import { AnchoredPopover } from '../headless/anchored-popover.tsx'
import { ModalDialog } from '../headless/modal-dialog.tsx'
import { useMedia } from '../hooks/use-media.ts'

interface LayerProps {
  /** Names it for assistive technology. */
  label: string
  /** What it stands beside. */
  anchor: Element
  onClose: () => void
  children: ReactNode
}

/** Under a finger, and where nothing fits beside anything. */
const asSheet = '(pointer: coarse), (max-width: 30rem)'

/**
 * Something small to choose from, open as long as it is mounted: beside its anchor, or as a sheet at the bottom edge
 * for a finger.
 *
 * @example {isOpen && <Layer label="Pick a colour" anchor={button} onClose={close}>…</Layer>}
 */
export function Layer({ label, anchor, onClose, children }: LayerProps) {
  const isSheet = useMedia(asSheet)
  if (isSheet) {
    return (
      <ModalDialog className="parley-dialog parley-dialog--bottom" aria-label={label} onClose={onClose}>
        {/* Not its first field: that would bring up the on-screen keyboard. */}
        <div className="parley-dialog__sheet" tabIndex={-1} data-dialog-entry>
          {children}
        </div>
      </ModalDialog>
    )
  }
  return (
    <AnchoredPopover className="parley-layer" role="dialog" aria-label={label} anchor={anchor} onClose={onClose}>
      {children}
    </AnchoredPopover>
  )
}
