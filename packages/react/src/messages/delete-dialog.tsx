import type { Message } from '@parley/protocol'
import { useAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { errorText } from '../texts/error-text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Problem } from '../ui/notice.tsx'
import { messageSummary } from './message-summary.ts'

interface DeleteDialogProps {
  message: Message
  onClose: () => void
}

/** Asks before a message is deleted for everybody. */
export function DeleteDialog({ message, onClose }: DeleteDialogProps) {
  const chat = useChat()
  const remove = useAction(async () => {
    await chat.messages.delete(message.id)
    onClose()
  })
  return (
    <Dialog
      title="Delete this message?"
      size="small"
      onClose={onClose}
      actions={
        <>
          <Button data-dialog-entry onClick={onClose}>
            Keep
          </Button>
          <Button look="danger" isBusy={remove.isRunning} onClick={() => remove.run()}>
            Delete
          </Button>
        </>
      }
    >
      <p>It is deleted for everybody in this conversation, and cannot be brought back.</p>
      <blockquote className="parley-quote" dir="auto">
        {messageSummary(message)}
      </blockquote>
      <Problem>{errorText(remove.error)}</Problem>
    </Dialog>
  )
}
