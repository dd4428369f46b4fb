import { useWatchPresence } from '../presence/use-presence.ts'
import { EmptyState, Skeleton } from '../ui/notice.tsx'
import { useChatState } from '../use-chat.ts'
import { ConversationItem } from './conversation-item.tsx'
import { InvitationItem } from './invitation-item.tsx'
import { useConversationIds, useDirectPeople, useInvitationIds } from './use-conversations.ts'

interface ConversationListProps {
  /** Which one is open. */
  currentId: string | null
  /** The address of a conversation. */
  hrefOf: (conversationId: string) => string
  onOpen: (conversationId: string) => void
}

/**
 * One's invitations and conversations, the latest active first.
 *
 * @example <ConversationList currentId={id} hrefOf={(id) => `/c/${id}`} onOpen={open} />
 */
export function ConversationList({ currentId, hrefOf, onOpen }: ConversationListProps) {
  const isKnown = useChatState((state) => state.epoch !== null)
  const ids = useConversationIds()
  const invitationIds = useInvitationIds()
  useWatchPresence(useDirectPeople())
  if (!isKnown) return <Skeleton label="Loading conversations" rows={6} />
  if (ids.length + invitationIds.length === 0) {
    return (
      <EmptyState icon="people" title="No conversations yet">
        Make a room, look for a public one, or write to somebody.
      </EmptyState>
    )
  }
  return (
    <>
      {invitationIds.length > 0 && (
        <ul className="parley-conversations" aria-label="Invitations">
          {invitationIds.map((id) => (
            <InvitationItem key={id} conversationId={id} onOpen={onOpen} />
          ))}
        </ul>
      )}
      <ul className="parley-conversations" aria-label="Conversations">
        {ids.map((id) => (
          <ConversationItem
            key={id}
            conversationId={id}
            href={hrefOf(id)}
            isCurrent={id === currentId}
            onOpen={onOpen}
          />
        ))}
      </ul>
    </>
  )
}
