import { useTexts } from '../texts/use-texts.ts'
import type { MessageCommands, MessageContentProps } from './message-extension.ts'
import { messageContents } from './message-extensions.tsx'
import { isPending, type ShownMessage } from './timeline/message-rows.ts'

interface BubbleProps {
  message: ShownMessage
  commands: MessageCommands
}

function contentsOf(body: MessageContentProps['body']) {
  const contents = messageContents.filter(({ part }) => body[part])
  return contents.some(({ showsText }) => showsText) ? contents.filter(({ part }) => part !== 'text') : contents
}

/**
 * The bubble of a message: what features show for the parts of its body, and a mark if it was edited, with the time on
 * hover. A deleted message has a fixed sentence and no mark; an encrypted one has a fixed sentence instead of the
 * parts. A part that no feature shows is left out.
 */
export function Bubble({ message, commands }: BubbleProps) {
  const { body } = message
  const { messages: texts, times } = useTexts()
  const editedAt = isPending(message) ? null : message.editedAt
  return (
    <div className="parley-bubble" data-anchor={message.id} data-deleted={body === null}>
      <div className="parley-bubble__content" dir="auto">
        {body === null && <em className="parley-bubble__tombstone">{texts.deleted}</em>}
        {body?.kind === 'sealed' && <em className="parley-bubble__tombstone">{texts.encrypted}</em>}
        {body?.kind === 'plain' &&
          contentsOf(body).map(({ part, Component }) => (
            <Component key={part} message={message} body={body} commands={commands} />
          ))}
        {editedAt !== null && body !== null && (
          <span className="parley-bubble__edited" title={times.complete(editedAt)}>
            {texts.edited}
          </span>
        )}
      </div>
    </div>
  )
}
