import { ModalDialog } from '../../headless/modal-dialog.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { classNames } from '../../ui/class-names.ts'
import { Icon } from '../../ui/icon.tsx'
import { Bubble } from '../bubble.tsx'
import type { MessageAction, MessageDialogProps } from '../message-extension.ts'
import { messageActions, messageSheetTops } from '../message-extensions.tsx'
import { offeredActions } from './use-message-commands.ts'

/**
 * A modal dialog for touch, open while it is mounted: the bubble of the message above everything else, and below it
 * what features add to the sheet (`SheetTop`) and the offered actions, except those whose `isInSheet` is false. A
 * choice of an action calls `onClose`, then `commands.run`; Escape and a press outside call only `onClose`.
 */
export function MessageSheet(props: MessageDialogProps) {
  const { message, anchor, viewer, commands, onClose } = props
  const texts = useTexts()
  const run = (action: MessageAction) => {
    onClose()
    commands.run(action, message, anchor)
  }
  return (
    <ModalDialog className="parley-message-sheet" aria-label={texts.messages.actions} onClose={onClose}>
      <div className="parley-said parley-message-sheet__lifted" data-own={message.senderId === viewer.userId}>
        <Bubble message={message} commands={commands} />
      </div>
      <div className="parley-message-sheet__panel" tabIndex={-1} data-dialog-entry>
        {messageSheetTops.map(({ name, SheetTop }) => (
          <SheetTop key={name} {...props} />
        ))}
        <ul className="parley-message-sheet__actions">
          {offeredActions(messageActions, message, viewer)
            .filter(({ isInSheet }) => isInSheet !== false)
            .map((action) => (
              <SheetAction key={action.name} action={action} onRun={() => run(action)} />
            ))}
        </ul>
      </div>
    </ModalDialog>
  )
}

function SheetAction({ action, onRun }: { action: MessageAction; onRun: () => void }) {
  return (
    <li>
      <button
        type="button"
        className={classNames('parley-menu__item', action.isDanger && 'parley-menu__item--danger')}
        onClick={onRun}
      >
        <span className="parley-menu__symbol">
          <Icon name={action.icon} />
        </span>
        <span className="parley-menu__label">{action.label(useTexts())}</span>
      </button>
    </li>
  )
}
