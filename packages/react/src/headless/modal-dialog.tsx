import { type DialogHTMLAttributes, type RefObject, type SyntheticEvent, useLayoutEffect, useRef } from 'react'
import { focusedElement } from '../hooks/focused-element.ts'
import { entryOf } from './use-regions.ts'

interface ModalDialogProps extends Omit<DialogHTMLAttributes<HTMLDialogElement>, 'open' | 'onCancel' | 'onClick'> {
  onClose: () => void
}

/**
 * A modal dialog, open while it is mounted: a native one, in the top layer, with a focus trap. Escape and a press
 * outside call `onClose`, which must unmount it. Focuses the element with `data-dialog-entry`, else what the browser
 * chooses; at the end it returns the focus to the element that had it, or to the region of that element if it is gone,
 * unless the focus has left the dialog already. Keys do not reach the elements around it. Ignores `onKeyDown` and
 * `onPointerDown`.
 */
export function ModalDialog({ onClose, children, ...native }: ModalDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  // A press must also begin outside: a selection of text, or the touch that opened the dialog, may only end there.
  const pressed = useRef<EventTarget | null>(null)
  useModal(dialog)
  const cancel = (event: SyntheticEvent) => {
    event.preventDefault()
    onClose()
  }
  return (
    <dialog
      {...native}
      ref={dialog}
      onCancel={cancel}
      // On a second Escape a browser may close it without a `cancel` event.
      onClose={() => dialog.current?.open === false && onClose()}
      onKeyDown={(event) => event.stopPropagation()}
      onPointerDown={(event) => {
        pressed.current = event.target
      }}
      onClick={({ target }) => target === dialog.current && pressed.current === target && onClose()}
    >
      {children}
    </dialog>
  )
}

/**
 * Opens the dialog while it is mounted. It returns the focus itself, because React removes the element while it is
 * open. A layout effect, because the next key is meant for the dialog and may come before the next frame.
 */
function useModal(dialog: RefObject<HTMLDialogElement | null>) {
  useLayoutEffect(() => {
    const element = dialog.current
    const opener = focusedElement()
    const region = opener?.closest('[data-region]')
    if (element && !element.open) element.showModal()
    element?.querySelector<HTMLElement>('[data-dialog-entry]')?.focus()
    return () => {
      // An action in the dialog may have moved the focus already, for example into a field.
      const focused = focusedElement()
      const isElsewhere = focused !== null && !element?.contains(focused)
      element?.close()
      if (isElsewhere) return
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
      else if (region?.isConnected) entryOf(region)?.focus()
    }
  }, [dialog])
}
