import { type SendStage, SendState } from '../receipts/send-state.tsx'
import { errorText } from '../texts/error-text.ts'
import { formatComplete, formatTime } from '../texts/time-format.ts'
import { MessageText } from './message-text.tsx'
import { isPending, type ShownMessage } from './timeline/message-rows.ts'

interface MessageBubbleProps {
  message: ShownMessage
  /** How far it has come; null for a message of somebody else. */
  stage: SendStage | null
}

/** What was said, and in its corner when, whether it was edited, and how far it has come. */
export function MessageBubble({ message, stage }: MessageBubbleProps) {
  const { body, createdAt } = message
  const editedAt = isPending(message) ? null : message.editedAt
  return (
    <div className="parley-bubble" data-anchor={message.id} data-deleted={body === null}>
      <div className="parley-bubble__content" dir="auto">
        {body === null && <em className="parley-bubble__tombstone">Message deleted</em>}
        {body?.kind === 'sealed' && <em className="parley-bubble__tombstone">Encrypted message</em>}
        {body?.kind === 'plain' && (
          <span className="parley-bubble__text">
            <MessageText text={body.text} />
          </span>
        )}
        <span className="parley-bubble__meta">
          <span className="parley-bubble__facts" dir="ltr">
            {editedAt !== null && body !== null && <span title={formatComplete(editedAt)}>edited</span>}
            <time dateTime={new Date(createdAt).toISOString()} title={formatComplete(createdAt)}>
              {formatTime(createdAt)}
            </time>
            {stage && body !== null && <SendState stage={stage} />}
          </span>
        </span>
      </div>
    </div>
  )
}

interface FailureNoteProps {
  error: unknown
  onRetry: () => void
  onDelete: () => void
}

/** Why a message was not sent, and what now. The text stays in its bubble above. */
export function FailureNote({ error, onRetry, onDelete }: FailureNoteProps) {
  return (
    <div className="parley-failure" role="alert">
      <span>Not sent. {errorText(error)}</span>
      <button type="button" className="parley-link" onClick={onRetry}>
        Retry
      </button>
      <button type="button" className="parley-link" onClick={onDelete}>
        Delete
      </button>
    </div>
  )
}
