import type { PendingMessage } from '@parley/client'
import { useChat } from '../hooks/use-chat.ts'
import { useErrorText, useTexts } from '../texts/use-texts.ts'

interface FailureNoteProps {
  message: PendingMessage
}

/**
 * Says why a message was not sent, with a button that sends it again and one that withdraws it from the outbox, at once
 * and without a question. Render it only for a message whose `status` is `failed`: it does not check that. It does not
 * show the text of the message.
 */
export function FailureNote({ message }: FailureNoteProps) {
  const chat = useChat()
  const texts = useTexts().messages
  const errorText = useErrorText()
  return (
    <div className="parley-failure" role="alert">
      <span>{texts.notSent(errorText(message.error) ?? '')}</span>
      <button type="button" className="parley-link" onClick={() => chat.messages.retry(message.id)}>
        {texts.retry}
      </button>
      <button type="button" className="parley-link" onClick={() => chat.messages.cancel(message.id)}>
        {texts.delete}
      </button>
    </div>
  )
}
