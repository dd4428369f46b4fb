import { type ReactNode, useId } from 'react'
import { useChatState } from '../hooks/use-chat.ts'
import { useWatchPresence } from '../presence/use-presence.ts'
import { useTexts } from '../texts/use-texts.ts'
import { ComponentRoot } from '../ui/component-root.tsx'
import { Title } from '../ui/landmark.tsx'
import { EmptyState, Skeleton } from '../ui/notice.tsx'
import { ConversationItem } from './conversation-item.tsx'
import { InvitationItem } from './invitation-item.tsx'
import { useDirectPeople, useHasNoConversations, useInvitationIds } from './use-conversations.ts'
import { useSections } from './use-sections.ts'

interface ConversationListProps {
  /** The open conversation; null for none. */
  currentId?: string | null
  /** The address of a conversation, if the application has one. */
  hrefOf?: (conversationId: string) => string
  onOpen: (conversationId: string) => void
  /** Shown if the user has neither conversations nor invitations. */
  whenEmpty?: ReactNode
  /** Shows only conversations whose name contains this. */
  filter?: string
}

/**
 * The user's invitations and conversations, in sections: unread, direct and rooms; in each the most recently active
 * first.
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

/** A placeholder, because a link needs an address even if conversations have none. */
const placeholderHref = (id: string) => `#${id}`

function List({ whenEmpty, filter = '', ...given }: ConversationListProps) {
  const props = { currentId: given.currentId ?? null, hrefOf: given.hrefOf ?? placeholderHref, onOpen: given.onOpen }
  const isKnown = useChatState((state) => state.epoch !== null)
  const sections = useSections(props.currentId, filter)
  const hasNone = useHasNoConversations()
  const texts = useTexts().conversations
  useWatchPresence(useDirectPeople())
  if (!isKnown) return <Skeleton label={texts.loadingConversations} rows={6} />
  if (hasNone) {
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
