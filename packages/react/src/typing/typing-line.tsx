import { useTexts } from '../texts/use-texts.ts'
import { useDisplayNames } from '../users/use-users.ts'
import { useTyping } from './use-typing.ts'

interface TypingLineProps {
  conversationId: string
}

/** A line of fixed height, so that nothing moves when somebody starts or stops. */
export function TypingLine({ conversationId }: TypingLineProps) {
  const text = useTexts().typing.areTyping(useDisplayNames(useTyping(conversationId)))
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
