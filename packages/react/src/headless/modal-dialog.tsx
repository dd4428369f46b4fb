import { type DialogHTMLAttributes, type RefObject, type SyntheticEvent, useLayoutEffect, useRef } from 'react'
import { focusedElement } from '../hooks/focused-element.ts'
import { entryOf } from './use-regions.ts'

interface ModalDialogProps extends Omit<DialogHTMLAttributes<HTMLDialogElement>, 'open' | 'onCancel' | 'onClick'> {
  onClose: () => void
}

/**
 * A modal dialog, open as long as it is mounted. The native element brings the top layer, the focus trap and Escape;
 * focus goes to what carries `data-dialog-entry`, and back to where it was afterwards, or near that if what had it is
 * gone.
 */
export function ModalDialog({ onClose, children, ...native }: ModalDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  // A press that only ends outside, as when a text is selected, or a finger that opened the dialog lets go, is no wish.
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
      // A browser may close it without asking, on a second Escape.
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
 * Opens the dialog while it is mounted. It returns the focus itself, because React removes the element while it is open. A
 * layout effect: the next key is for the dialog, and may come before the next frame.
 */
function useModal(dialog: RefObject<HTMLDialogElement | null>) {
  useLayoutEffect(() => {
    const element = dialog.current
    const opener = focusedElement()
    const region = opener?.closest('[data-region]')
    if (element && !element.open) element.showModal()
    element?.querySelector<HTMLElement>('[data-dialog-entry]')?.focus()
    return () => {
      // What was done in the dialog may have led elsewhere already, such as into a field.
      const focused = focusedElement()
      const isElsewhere = focused !== null && !element?.contains(focused)
      element?.close()
      if (isElsewhere) return
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
      else if (region?.isConnected) entryOf(region)?.focus()
    }
  }, [dialog])
}
