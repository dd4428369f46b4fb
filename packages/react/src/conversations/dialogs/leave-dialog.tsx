import { useDialogAction } from '../../hooks/use-action.ts'
import { useChat } from '../../hooks/use-chat.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Problem } from '../../ui/notice.tsx'
import { Sentence } from '../../ui/sentence.tsx'
import { useConversation, useConversationTitle } from '../use-conversations.ts'

interface LeaveDialogProps {
  conversationId: string
  onClose: () => void
  /** Called after the user left the room. */
  onDone: () => void
}

/**
 * A dialog that asks for confirmation, then leaves the room and calls `onDone` (not `onClose`). If that fails, it stays
 * open and shows the error. Cancelling calls only `onClose`, and does not stop a request that has begun.
 */
export function LeaveDialog({ conversationId, onClose, onDone }: LeaveDialogProps) {
  const chat = useChat()
  const title = useConversationTitle(conversationId)
  const texts = useTexts().conversations
  const isPrivate = useConversation(conversationId)?.conversation.visibility === 'private'
  const leave = useDialogAction(() => chat.memberships.leave(conversationId), { onClose, onDone })
  return (
    <Dialog
      title={texts.leaveTitle}
      size="small"
      onClose={leave.cancel}
      actions={
        <>
          <Button data-dialog-entry onClick={leave.cancel}>
            {texts.stay}
          </Button>
          <Button look="danger" isBusy={leave.isRunning} onClick={() => leave.run()}>
            {texts.leave}
          </Button>
        </>
      }
    >
      <p>
        <Sentence text={texts.leaveConsequence}>
          <bdi>{title}</bdi>
        </Sentence>{' '}
        {isPrivate ? texts.leavePrivate : texts.leavePublic}
      </p>
      <Problem error={leave.error} />
    </Dialog>
  )
}
