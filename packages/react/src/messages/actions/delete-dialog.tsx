import { useAction } from '../../hooks/use-action.ts'
import { useChat } from '../../hooks/use-chat.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Problem } from '../../ui/notice.tsx'
import type { MessageDialogProps } from '../message-extension.ts'
import { messageSummary } from '../message-summary.ts'

/** Asks before a message is deleted for everybody. */
export function DeleteDialog({ message, onClose }: MessageDialogProps) {
  const chat = useChat()
  const all = useTexts()
  const texts = all.messages
  const remove = useAction(async () => {
    await chat.messages.delete(message.id)
    onClose()
  })
  return (
    <Dialog
      title={texts.deleteTitle}
      size="small"
      onClose={onClose}
      actions={
        <>
          <Button data-dialog-entry onClick={onClose}>
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
        {messageSummary(message, all)}
      </blockquote>
      <Problem error={remove.error} />
    </Dialog>
  )
}
