import { createAdministration } from '@parley/client/administration'
import { mayRemoveAsAdministrator } from '../../administration/may-remove.ts'
import { useConversation } from '../../conversations/use-conversations.ts'
import { useDialogAction } from '../../hooks/use-action.ts'
import { useChat } from '../../hooks/use-chat.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Problem } from '../../ui/notice.tsx'
import type { MessageDialogProps } from '../message-extension.ts'
import { messageSummary } from '../message-summary.ts'

/**
 * A dialog that shows a summary of the message and asks for confirmation. Its danger button deletes the message for all
 * members, as an administrator of the server if the viewer may not do it otherwise, and calls `onClose` after success,
 * unless the person has closed it meanwhile. After a failure it stays open and shows the error. Its other buttons,
 * Escape and a press outside call only `onClose`. The button that keeps the message has the focus at first.
 */
export function DeleteDialog({ message, viewer, onClose }: MessageDialogProps) {
  const chat = useChat()
  const words = useTexts()
  const texts = words.messages
  const conversationState = useConversation(message.conversationId)
  const remove = useDialogAction(
    async () => {
      if (mayRemoveAsAdministrator(message, viewer)) await createAdministration(chat).removeMessage(message.id)
      else await chat.messages.delete(message.id)
    },
    { onClose },
  )
  return (
    <Dialog
      title={texts.deleteTitle}
      size="small"
      onClose={remove.cancel}
      actions={
        <>
          <Button data-dialog-entry onClick={remove.cancel}>
            {texts.keep}
          </Button>
          <Button look="danger" isBusy={remove.isRunning} onClick={() => remove.run()}>
            {texts.delete}
          </Button>
        </>
      }
    >
      <p>{texts.deleteConsequence}</p>
      <blockquote className="parley-quote" dir="auto">
        {messageSummary(message, words, conversationState)}
      </blockquote>
      <Problem error={remove.error} />
    </Dialog>
  )
}
