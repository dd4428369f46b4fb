import { type ReactNode, useId } from 'react'
import { useChatState } from '../hooks/use-chat.ts'
import { useWatchPresence } from '../presence/use-presence.ts'
import { useTexts } from '../texts/use-texts.ts'
import { EmptyState, Skeleton } from '../ui/notice.tsx'
import { ConversationItem } from './conversation-item.tsx'
import { InvitationItem } from './invitation-item.tsx'
import { useDirectPeople, useInvitationIds, useIsInNone } from './use-conversations.ts'
import { useSections } from './use-sections.ts'

interface ConversationListProps {
  /** Which one is open. */
  currentId: string | null
  /** The address of a conversation. */
  hrefOf: (conversationId: string) => string
  onOpen: (conversationId: string) => void
  /** What one can do who is in none. */
  whenEmpty?: ReactNode
  /** Shows only conversations with this in their name. */
  filter?: string
}

/**
 * One's invitations and conversations: those with unread messages, those with one person, and rooms; in each the latest
 * active first.
 *
 * @example <ConversationList currentId={id} hrefOf={(id) => `/c/${id}`} onOpen={open} />
 */
export function ConversationList({ whenEmpty, filter = '', ...props }: ConversationListProps) {
  const isKnown = useChatState((state) => state.epoch !== null)
  const sections = useSections(props.currentId, filter)
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
      {filter === '' && <Invitations onOpen={props.onOpen} />}
      {sections.map(({ section, ids }) => (
        <Section key={section} title={texts[section]} ids={ids} {...props} />
      ))}
      <p role="status" className="parley-conversations__none">
        {filter !== '' && sections.length === 0 && texts.noneOfThatName}
      </p>
    </>
  )
}

function Invitations({ onOpen }: Pick<ConversationListProps, 'onOpen'>) {
  const ids = useInvitationIds()
  const texts = useTexts().conversations
  if (ids.length === 0) return null
  return (
    <ul className="parley-conversations" aria-label={texts.invitations}>
      {ids.map((id) => (
        <InvitationItem key={id} conversationId={id} onOpen={onOpen} />
      ))}
    </ul>
  )
}

interface SectionProps extends Pick<ConversationListProps, 'currentId' | 'hrefOf' | 'onOpen'> {
  title: string
  ids: readonly string[]
}

function Section({ title, ids, currentId, hrefOf, onOpen }: SectionProps) {
  const titleId = useId()
  return (
    <>
      <h2 id={titleId} className="parley-conversations__title">
        {title}
      </h2>
      <ul className="parley-conversations" aria-labelledby={titleId}>
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
