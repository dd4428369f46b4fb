import { type ReactNode, useId } from 'react'
import { ModalDialog } from '../headless/modal-dialog.tsx'
import { useTexts } from '../texts/use-texts.ts'
import { IconButton } from './button.tsx'
import { classNames } from './class-names.ts'

interface DialogProps {
  title: string
  onClose: () => void
  children: ReactNode
  /** The buttons at the bottom. */
  actions?: ReactNode
  size?: 'small' | 'medium' | 'large'
}

/**
 * A modal dialog with a title and a close button, open while it is mounted. That button, Escape and a press outside
 * call `onClose`: the parent then unmounts it. `actions` stand below the content. It focuses the element with
 * `data-dialog-entry`, and at the end returns the focus.
 *
 * @example {isOpen && <Dialog title="New room" onClose={close}>…</Dialog>}
 */
export function Dialog({ title, onClose, children, actions, size = 'medium' }: DialogProps) {
  const titleId = useId()
  const texts = useTexts().page
  return (
    <ModalDialog
      className={classNames('parley-dialog', `parley-dialog--${size}`)}
      aria-labelledby={titleId}
      onClose={onClose}
    >
      <div className="parley-dialog__sheet">
        <div className="parley-dialog__header">
          <h2 id={titleId}>{title}</h2>
          <IconButton label={texts.close} icon="close" onClick={onClose} />
        </div>
        <div className="parley-dialog__body parley-scroller">{children}</div>
        {actions && <div className="parley-dialog__actions">{actions}</div>}
      </div>
    </ModalDialog>
  )
}
