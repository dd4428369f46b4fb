import { type ReactNode, type SyntheticEvent, useEffect, useId, useRef } from 'react'
import { entryOf } from '../headless/use-regions.ts'
import { IconButton } from './button.tsx'
import { classNames } from './class-names.ts'

interface DialogProps {
  title: string
  onClose: () => void
  children: ReactNode
  /** The buttons below. */
  actions?: ReactNode
  size?: 'small' | 'medium'
}

/**
 * A modal dialog, open as long as it is mounted. The native element brings the top layer, the focus trap and Escape;
 * focus goes to what carries `data-dialog-entry`, and back to where it was afterwards, or near that if what had it is
 * gone. Returning it is done here, because React takes the element away while it is open.
 *
 * @example {isOpen && <Dialog title="New room" onClose={close}>…</Dialog>}
 */
export function Dialog({ title, onClose, children, actions, size = 'medium' }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const element = dialog.current
    const opener = document.activeElement
    const region = opener?.closest('[data-region]')
    if (element && !element.open) element.showModal()
    element?.querySelector<HTMLElement>('[data-dialog-entry]')?.focus()
    return () => {
      element?.close()
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
      else if (region?.isConnected) entryOf(region)?.focus()
    }
  }, [])
  const cancel = (event: SyntheticEvent) => {
    event.preventDefault()
    onClose()
  }
  return (
    <dialog
      ref={dialog}
      className={classNames('parley-dialog', `parley-dialog--${size}`)}
      aria-labelledby={titleId}
      onCancel={cancel}
      // A browser may close it without asking, on a second Escape.
      onClose={() => dialog.current?.open === false && onClose()}
      onKeyDown={(event) => event.stopPropagation()}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="parley-dialog__sheet">
        <header className="parley-dialog__header">
          <h2 id={titleId}>{title}</h2>
          <IconButton label="Close" icon="close" onClick={onClose} />
        </header>
        <div className="parley-dialog__body parley-scroller">{children}</div>
        {actions && <footer className="parley-dialog__actions">{actions}</footer>}
      </div>
    </dialog>
  )
}
