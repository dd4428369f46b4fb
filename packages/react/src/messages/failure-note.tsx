import type { PendingMessage } from '@parley/client'
import { useChat } from '../hooks/use-chat.ts'
import { errorText } from '../texts/error-text.ts'

interface FailureNoteProps {
  message: PendingMessage
}

/** Why a message was not sent, and what now. The text stays in its bubble above. */
export function FailureNote({ message }: FailureNoteProps) {
  const chat = useChat()
  return (
    <div className="parley-failure" role="alert">
      <span>Not sent. {errorText(message.error)}</span>
      <button type="button" className="parley-link" onClick={() => chat.messages.retry(message.id)}>
        Retry
      </button>
      <button type="button" className="parley-link" onClick={() => chat.messages.cancel(message.id)}>
        Delete
      </button>
    </div>
  )
}
