import { useTexts } from '../texts/use-texts.ts'
import { ComponentRoot } from '../ui/component-root.tsx'
import { useDisplayNames } from '../users/use-users.ts'
import { useTyping } from './use-typing.ts'

interface TypingIndicatorProps {
  conversationId: string
}

/**
 * Says who is typing in a conversation, up to two by name, more as a number, in a line of fixed height, which is empty
 * while none of the others types, so that nothing moves. Leaves out users whom this device does not know.
 *
 * @example <TypingIndicator conversationId={id} />
 */
export function TypingIndicator({ conversationId }: TypingIndicatorProps) {
  const text = useTexts().typing.areTyping(useDisplayNames(useTyping(conversationId)))
  return (
    <ComponentRoot>
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
    </ComponentRoot>
  )
}
