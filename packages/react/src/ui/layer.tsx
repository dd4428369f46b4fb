import type { ReactNode } from 'react'
import { AnchoredPopover } from '../headless/anchored-popover.tsx'
import { ModalDialog } from '../headless/modal-dialog.tsx'
import { useMedia } from '../hooks/use-media.ts'

interface LayerProps {
  /** Its name for screen readers. */
  label: string
  /** The element beside which it opens. */
  anchor: Element
  onClose: () => void
  children: ReactNode
}

/** On touch screens and narrow windows. */
const asSheet = '(pointer: coarse), (max-width: 30rem)'

/**
 * A small dialog, open while it is mounted: beside its anchor, or as a modal sheet at the bottom edge on touch screens
 * and in narrow windows. Escape and a press outside call `onClose`: the parent then unmounts it. It takes the focus:
 * the element with `data-dialog-entry`, else the first focusable one; as a sheet the sheet itself.
 *
 * @example {isOpen && <Layer label="Pick a colour" anchor={button} onClose={close}>…</Layer>}
 */
export function Layer({ label, anchor, onClose, children }: LayerProps) {
  const isSheet = useMedia(asSheet)
  if (isSheet) {
    return (
      <ModalDialog className="parley-dialog parley-dialog--bottom" aria-label={label} onClose={onClose}>
        {/* Takes the focus instead of the first field, which would open the on-screen keyboard. */}
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
