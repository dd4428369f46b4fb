import { useAction } from '../../hooks/use-action.ts'
import { useChat } from '../../hooks/use-chat.ts'
import { errorText } from '../../texts/error-text.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Problem } from '../../ui/notice.tsx'
import { useConversation, useConversationTitle } from '../use-conversations.ts'

interface LeaveDialogProps {
  conversationId: string
  onClose: () => void
  /** The room is left. */
  onDone: () => void
}

/** Asks before a room is left. */
export function LeaveDialog({ conversationId, onClose, onDone }: LeaveDialogProps) {
  const chat = useChat()
  const title = useConversationTitle(conversationId)
  const isPrivate = useConversation(conversationId)?.conversation.visibility === 'private'
  const leave = useAction(async () => {
    await chat.memberships.leave(conversationId)
    onDone()
  })
  return (
    <Dialog
      title="Leave this room?"
      size="small"
      onClose={onClose}
      actions={
        <>
          <Button data-dialog-entry onClick={onClose}>
            Stay
          </Button>
          <Button look="danger" isBusy={leave.isRunning} onClick={() => leave.run()}>
            Leave
          </Button>
        </>
      }
    >
      <p>
        You will get no more messages from <bdi>{title}</bdi>.{' '}
        {isPrivate ? 'To come back, somebody has to invite you.' : 'You can join again at any time.'}
      </p>
      <Problem>{errorText(leave.error)}</Problem>
    </Dialog>
  )
}
