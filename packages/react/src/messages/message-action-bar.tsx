import { useTexts } from '../texts/use-texts.ts'
import { IconButton } from '../ui/button.tsx'
import type { MessageViewer } from './message-extension.ts'
import { messageActions } from './message-extensions.tsx'
import type { ShownMessage } from './timeline/message-rows.ts'
import { type MessageCommands, offeredActions } from './use-message-commands.ts'

interface MessageActionBarProps {
  message: ShownMessage
  viewer: MessageViewer
  commands: MessageCommands
}

/** The actions of a message: shown over its corner on hover and while it has the focus, never moving anything. */
export function MessageActionBar({ message, viewer, commands }: MessageActionBarProps) {
  const texts = useTexts()
  const actions = offeredActions(messageActions, message, viewer)
  if (actions.length === 0) return null
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div className="parley-actions" role="group" aria-label={texts.messages.actions}>
      {actions.map((action) => (
        <IconButton
          key={action.name}
          data-row-action
          tabIndex={-1}
          label={action.label(texts)}
          icon={action.icon}
          look={action.isDanger ? 'danger' : 'plain'}
          onClick={(event) => commands.run(action, message, event.currentTarget)}
        />
      ))}
    </div>
  )
}
