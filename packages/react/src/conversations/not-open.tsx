import { useAction } from '../hooks/use-action.ts'
import { useChat, useChatState } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState, Problem } from '../ui/notice.tsx'

interface NotOpenProps {
  conversationId: string
  /** What it was called while the person was in it; empty if that is not known. */
  title: string
  onBack: (() => void) | undefined
}

/** What happened to the person's membership, as a heading and a sentence. */
function useReason({ conversationId, title }: Pick<NotOpenProps, 'conversationId' | 'title'>) {
  const state = useChatState(({ endedMemberships }) => endedMemberships[conversationId]?.state)
  const texts = useTexts().page
  if (state === 'removed') return { state, heading: texts.removedTitle(title), reason: texts.removedReason }
  if (state === 'banned') return { state, heading: texts.bannedTitle(title), reason: texts.bannedReason }
  if (state === 'left') return { state, heading: texts.leftTitle(title), reason: texts.leftReason }
  return { state, heading: texts.notOpenTitle, reason: texts.notOpenReason }
}

/** Instead of a conversation that the person is not in. A link may have led to a public room; only the server knows. */
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
