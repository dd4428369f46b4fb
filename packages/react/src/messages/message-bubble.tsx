import { type SendStage, SendState } from '../receipts/send-state.tsx'
import { useTexts } from '../texts/use-texts.ts'
import type { MessageCommands } from './message-extension.ts'
import { messageContents } from './message-extensions.tsx'
import { isPending, type ShownMessage } from './timeline/message-rows.ts'

interface MessageBubbleProps {
  message: ShownMessage
  commands: MessageCommands
  /** How far it has come; null for a message of somebody else. */
  stage: SendStage | null
}

/** What was said, and in its corner when, whether it was edited, and how far it has come. */
export function MessageBubble({ message, commands, stage }: MessageBubbleProps) {
  const { body, createdAt } = message
  const { messages: texts, times } = useTexts()
  const editedAt = isPending(message) ? null : message.editedAt
  return (
    <div className="parley-bubble" data-anchor={message.id} data-deleted={body === null}>
      <div className="parley-bubble__content" dir="auto">
        {body === null && <em className="parley-bubble__tombstone">{texts.deleted}</em>}
        {body?.kind === 'sealed' && <em className="parley-bubble__tombstone">{texts.encrypted}</em>}
        {body?.kind === 'plain' &&
          messageContents.map(
            ({ part, Component }) =>
              body[part] && <Component key={part} message={message} body={body} commands={commands} />,
          )}
        <span className="parley-bubble__meta">
          <span className="parley-bubble__facts" dir="ltr">
            {editedAt !== null && body !== null && <span title={times.complete(editedAt)}>{texts.edited}</span>}
            <time dateTime={new Date(createdAt).toISOString()} title={times.complete(createdAt)}>
              {times.time(createdAt)}
            </time>
            {stage && body !== null && <SendState stage={stage} />}
          </span>
        </span>
      </div>
    </div>
  )
}
