import { useConversation } from '../conversations/use-conversations.ts'
import { ComponentRoot } from '../ui/component-root.tsx'
import { ActionNotice } from './actions/action-notice.tsx'
import { ActionProblem } from './actions/action-problem.tsx'
import { OpenDialog } from './actions/open-dialog.tsx'
import { useMessageCommands } from './actions/use-message-commands.ts'
import { Bubble } from './bubble.tsx'
import type { MessageAction } from './message-extension.ts'
import type { ShownMessage } from './timeline/message-rows.ts'
import { useViewer } from './timeline/use-viewer.ts'

interface MessageBubbleProps {
  /** A message from the state of the chat. */
  message: ShownMessage
}

const noActions: readonly MessageAction[] = []
const edit = () => {}

/**
 * One message as a bubble, with its text, pictures, files and offers, their own buttons, and the dialogs and errors of
 * those; a fixed sentence for a deleted or an encrypted one. Without the sender's name, the time, the reactions and the
 * menu of the message. It loads nothing and shows the `message` that it gets: pass the newest state of it.
 *
 * @example <MessageBubble message={chat.store.getState().conversations[id].messages[0]} />
 */
export function MessageBubble({ message }: MessageBubbleProps) {
  const conversationState = useConversation(message.conversationId)
  const viewer = useViewer(message.conversationId)
  const actions = useMessageCommands(noActions, { conversationState, viewer, onEdit: edit })
  const isOwn = message.senderId === viewer.userId
  return (
    <ComponentRoot>
      <div className="parley-said" data-look="bubbles" data-own={isOwn} data-ends-group="true">
        <div className="parley-said__column">
          <Bubble message={message} commands={actions.commands} />
        </div>
      </div>
      <ActionProblem error={actions.problem} onDismiss={actions.dismissProblem} />
      <ActionNotice notice={actions.notice} onDismiss={actions.dismissNotice} />
      <OpenDialog actions={actions} viewer={viewer} />
    </ComponentRoot>
  )
}
