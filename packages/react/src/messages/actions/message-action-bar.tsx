import { useTexts } from '../../texts/use-texts.ts'
import { IconButton } from '../../ui/button.tsx'
import type { MessageCommands, MessageViewer } from '../message-extension.ts'
import { messageActions } from '../message-extensions.tsx'
import { MessageTime } from '../message-time.tsx'
import { isPending, type ShownMessage } from '../timeline/message-rows.ts'
import { MessageMenu } from './message-menu.tsx'
import { offeredActions } from './use-message-commands.ts'

interface MessageActionBarProps {
  message: ShownMessage
  viewer: MessageViewer
  commands: MessageCommands
  /** Shows the time, too, for a message that does not show it itself. */
  withTime: boolean
}

/**
 * Buttons for the offered actions of a message that are `isInBar`, and one that opens `MessageMenu` if there are
 * others; all of them use `commands`. `withTime` adds the time. Renders nothing for a pending message, and if no action
 * is offered. Its stylesheet shows it only while the pointer is over the message, the keyboard focus is in the row, or
 * a dialog of the row is open.
 */
export function MessageActionBar({ message, viewer, commands, withTime }: MessageActionBarProps) {
  const texts = useTexts()
  const actions = offeredActions(messageActions, message, viewer)
  if (actions.length === 0 || isPending(message)) return null
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div
      className="parley-actions"
      role="group"
      aria-label={texts.messages.actions}
      // A press of the mouse must not take the focus from the composer.
      onMouseDown={(event) => event.preventDefault()}
    >
      {withTime && <MessageTime {...message} />}
      {actions
        .filter(({ isInBar }) => isInBar)
        .map((action) => (
          <IconButton
            key={action.name}
            data-row-action={action.name}
            tabIndex={-1}
            label={action.label(texts)}
            icon={action.icon}
            onClick={(event) => commands.run(action, message, event.currentTarget)}
          />
        ))}
      {actions.some(({ isInBar }) => !isInBar) && (
        <IconButton
          data-row-action="more"
          tabIndex={-1}
          label={texts.messages.more}
          icon="more"
          aria-haspopup="menu"
          onClick={(event) => commands.open(message, MessageMenu, event.currentTarget)}
        />
      )}
    </div>
  )
}
