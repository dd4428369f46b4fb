import type { ReactNode } from 'react'
import { useChatState } from '../hooks/use-chat.ts'
import { useWatchPresence } from '../presence/use-presence.ts'
import { useTexts } from '../texts/use-texts.ts'
import { EmptyState, Skeleton } from '../ui/notice.tsx'
import { ConversationItem } from './conversation-item.tsx'
import { InvitationItem } from './invitation-item.tsx'
import { useConversationIds, useDirectPeople, useInvitationIds, useIsInNone } from './use-conversations.ts'

interface ConversationListProps {
  /** Which one is open. */
  currentId: string | null
  /** The address of a conversation. */
  hrefOf: (conversationId: string) => string
  onOpen: (conversationId: string) => void
  /** What one can do who is in none. */
  whenEmpty?: ReactNode
}

/**
 * One's invitations and conversations, the latest active first.
 *
 * @example <ConversationList currentId={id} hrefOf={(id) => `/c/${id}`} onOpen={open} />
 */
export function ConversationList({ currentId, hrefOf, onOpen, whenEmpty }: ConversationListProps) {
  const isKnown = useChatState((state) => state.epoch !== null)
  const ids = useConversationIds()
  const invitationIds = useInvitationIds()
  const isInNone = useIsInNone()
  const texts = useTexts().conversations
  useWatchPresence(useDirectPeople())
  if (!isKnown) return <Skeleton label={texts.loadingConversations} rows={6} />
  if (isInNone) {
    return (
      <EmptyState icon="people" title={texts.noConversations}>
        {whenEmpty}
      </EmptyState>
    )
  }
  return (
    <>
      {invitationIds.length > 0 && (
        <ul className="parley-conversations" aria-label={texts.invitations}>
          {invitationIds.map((id) => (
            <InvitationItem key={id} conversationId={id} onOpen={onOpen} />
          ))}
        </ul>
      )}
      <ul className="parley-conversations" aria-label={texts.conversations}>
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
