import { useDisplayNames } from '../users/use-users.ts'
import { useTyping } from './use-typing.ts'

const list = new Intl.ListFormat('en', { type: 'conjunction' })
const number = new Intl.NumberFormat()

/** "Ana is typing", "Ana and Bo are typing", "3 people are typing"; empty if nobody is. */
export function typingText(names: readonly string[]): string {
  if (names.length === 0) return ''
  if (names.length > 2) return `${number.format(names.length)} people are typing`
  return `${list.format(names)} ${names.length === 1 ? 'is' : 'are'} typing`
}

interface TypingLineProps {
  conversationId: string
}

/** A line of fixed height, so that nothing moves when somebody starts or stops. */
export function TypingLine({ conversationId }: TypingLineProps) {
  const text = typingText(useDisplayNames(useTyping(conversationId)))
  return (
    <p className="parley-typing" data-typing={text !== ''}>
      {text && (
        <>
          <span className="parley-typing__dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <bdi>{text}</bdi>
        </>
      )}
    </p>
  )
}
