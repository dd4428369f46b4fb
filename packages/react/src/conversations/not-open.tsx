import { useAction } from '../hooks/use-action.ts'
import { useChat, useChatState } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState, Problem } from '../ui/notice.tsx'

interface NotOpenProps {
  conversationId: string
  /** The title while the person was in it; '' if not known. */
  title: string
  onBack: (() => void) | undefined
}

/** Why the person is not in the conversation, as a heading and a sentence. */
function useReason({ conversationId, title }: Pick<NotOpenProps, 'conversationId' | 'title'>) {
  const state = useChatState(({ endedMemberships }) => endedMemberships[conversationId]?.state)
  const texts = useTexts().page
  if (state === 'removed') return { state, heading: texts.removedTitle(title), reason: texts.removedReason }
  if (state === 'banned') return { state, heading: texts.bannedTitle(title), reason: texts.bannedReason }
  if (state === 'left') return { state, heading: texts.leftTitle(title), reason: texts.leftReason }
  return { state, heading: texts.notOpenTitle, reason: texts.notOpenReason }
}

/**
 * Shown instead of a conversation that the person is not in: says whether they left, were removed or were banned, as
 * far as that is known. Offers to join, unless they are banned: only the server knows whether it is a public room. It
 * shows the error of that; after a success the parent must show the conversation. With `onBack`, there is also a button
 * that goes back.
 */
export function NotOpen({ conversationId, title, onBack }: NotOpenProps) {
  const chat = useChat()
  const { page: texts, conversations } = useTexts()
  const { state, heading, reason } = useReason({ conversationId, title })
  const join = useAction(() => chat.memberships.join(conversationId))
  return (
    <EmptyState icon="compass" isPage title={heading}>
      <p role="status">{reason}</p>
      <div className="parley-empty__ways">
        {state !== 'banned' && (
          <Button look="primary" isBusy={join.isRunning} onClick={() => join.run()}>
            {conversations.join}
          </Button>
        )}
        {onBack && (
          <Button look="quiet" onClick={onBack}>
            {texts.backToConversations}
          </Button>
        )}
      </div>
      <Problem error={join.error} />
    </EmptyState>
  )
}
