import { useAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState, Problem } from '../ui/notice.tsx'

interface NotOpenProps {
  conversationId: string
  onBack: (() => void) | undefined
}

/** Instead of a conversation that the person is not in. A link may have led to a public room; only the server knows. */
export function NotOpen({ conversationId, onBack }: NotOpenProps) {
  const chat = useChat()
  const { page: texts, conversations } = useTexts()
  const join = useAction(() => chat.memberships.join(conversationId))
  return (
    <EmptyState icon="compass" isPage title={texts.notOpenTitle}>
      <p>{texts.notOpenReason}</p>
      <div className="parley-empty__ways">
        <Button look="primary" isBusy={join.isRunning} onClick={() => join.run()}>
          {conversations.join}
        </Button>
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
