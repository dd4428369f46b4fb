import { type ReactNode, useId } from 'react'
import { useChatState } from '../hooks/use-chat.ts'
import { useWatchPresence } from '../presence/use-presence.ts'
import { useTexts } from '../texts/use-texts.ts'
import { ComponentRoot } from '../ui/component-root.tsx'
import { Title } from '../ui/landmark.tsx'
import { EmptyState, Skeleton } from '../ui/notice.tsx'
import { ConversationItem } from './conversation-item.tsx'
import { InvitationItem } from './invitation-item.tsx'
import { useDirectPeople, useInvitationIds, useIsInNone } from './use-conversations.ts'
import { useSections } from './use-sections.ts'

interface ConversationListProps {
  /** Which one is open; null for none. */
  currentId?: string | null
  /** The address of a conversation, where it has one. */
  hrefOf?: (conversationId: string) => string
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
 * @example <ConversationList onOpen={setId} currentId={id} />
 * @example <ConversationList onOpen={setId} currentId={id} hrefOf={(id) => `/c/${id}`} />
 */
export function ConversationList(props: ConversationListProps) {
  return (
    <ComponentRoot>
      <List {...props} />
    </ComponentRoot>
  )
}

/** A link needs an address, also where none leads to a conversation. */
const withoutAddress = (id: string) => `#${id}`

function List({ whenEmpty, filter = '', ...given }: ConversationListProps) {
  const props = { currentId: given.currentId ?? null, hrefOf: given.hrefOf ?? withoutAddress, onOpen: given.onOpen }
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

interface SectionProps extends Required<Pick<ConversationListProps, 'currentId' | 'hrefOf' | 'onOpen'>> {
  title: string
  ids: readonly string[]
}

function Section({ title, ids, currentId, hrefOf, onOpen }: SectionProps) {
  const titleId = useId()
  return (
    <>
      <Title level={2} id={titleId} className="parley-conversations__title">
        {title}
      </Title>
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
