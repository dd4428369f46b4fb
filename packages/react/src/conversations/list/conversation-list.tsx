import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'
import { moveFocus } from '../../headless/move-focus.ts'
import { useHasHidden } from '../../hidings/use-hidings.ts'
import { useChatState } from '../../hooks/use-chat.ts'
import { formatNumber } from '../../texts/number-format.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { Button } from '../../ui/button.tsx'
import { ComponentRoot } from '../../ui/component-root.tsx'
import { Title } from '../../ui/landmark.tsx'
import { EmptyState, Skeleton } from '../../ui/notice.tsx'
import { useHasNoConversations, useInvitationIds } from '../use-conversations.ts'
import { ConversationItem } from './conversation-item.tsx'
import { InvitationItem } from './invitation-item.tsx'
import { useListWindow } from './use-list-window.ts'
import { useSections } from './use-sections.ts'

/** `comfortable`: with the last message of each conversation; `compact`: the names alone, in rows of 36 px. */
export type ListDensity = 'comfortable' | 'compact'

interface ConversationListProps {
  /** The open conversation; null for none. */
  currentId?: string | null
  /** The address of a conversation, if the application has one. */
  hrefOf?: (conversationId: string) => string
  onOpen: (conversationId: string) => void
  /** Shown if the user has neither conversations, except hidden ones, nor invitations. */
  whenEmpty?: ReactNode
  /** Shows only conversations whose name contains this (trimmed), also hidden ones. */
  filter?: string
  /** Default: `comfortable`. */
  density?: ListDensity
}

/**
 * The user's invitations, then their conversations in sections: unread (never the open one), direct and rooms; in each
 * the most recently active first. Not the hidden ones. A placeholder until the first sync; another one, with
 * `whenEmpty`, if there is none. A `filter` that is not blank shows the conversations whose name contains it, also
 * hidden ones, and no invitations. Invitations appear 20 at a time, with a button for more; of a section with more than
 * 60 rows, only those in sight are rendered. The up and down arrows, Home and End move along the rows. Needs a
 * `ChatProvider` around it.
 *
 * @example <ConversationList onOpen={setId} currentId={id} />
 * @example <ConversationList onOpen={setId} currentId={id} hrefOf={(id) => `/c/${id}`} />
 */
export function ConversationList(props: ConversationListProps) {
  return (
    <ComponentRoot>
      <div className="parley-conversation-list" data-density={props.density}>
        <List {...props} />
      </div>
    </ComponentRoot>
  )
}

/** Invitations have buttons and different heights, so a long list of them is shown in pages and not windowed. */
const invitationsAtOnce = 20

/** A placeholder, because a link needs an address even if conversations have none. */
const placeholderHref = (id: string) => `#${id}`

function List({ whenEmpty, filter = '', ...given }: ConversationListProps) {
  const props = { currentId: given.currentId ?? null, hrefOf: given.hrefOf ?? placeholderHref, onOpen: given.onOpen }
  const isKnown = useChatState((state) => state.epoch !== null)
  const sections = useSections(props.currentId, filter)
  const hasNone = useHasNoConversations()
  const hasHidden = useHasHidden()
  const texts = useTexts().conversations
  if (!isKnown) return <Skeleton label={texts.loadingConversations} rows={6} />
  const isFiltered = filter.trim() !== ''
  if (hasNone && !(hasHidden && isFiltered)) {
    return (
      <EmptyState icon="people" title={hasHidden ? texts.allHidden : texts.noConversations}>
        {whenEmpty}
      </EmptyState>
    )
  }
  return (
    <>
      {!isFiltered && <Invitations onOpen={props.onOpen} />}
      {sections.map(({ section, ids }) => (
        <Section key={section} title={texts[section]} ids={ids} {...props} />
      ))}
      <p role="status" className="parley-conversations__none">
        {isFiltered && sections.length === 0 && texts.noneOfThatName}
      </p>
    </>
  )
}

function Invitations({ onOpen }: Pick<ConversationListProps, 'onOpen'>) {
  const ids = useInvitationIds()
  const [most, setMost] = useState(invitationsAtOnce)
  const texts = useTexts().conversations
  if (ids.length === 0) return null
  return (
    <>
      <ul className="parley-conversations" aria-label={texts.invitations}>
        {ids.slice(0, most).map((id) => (
          <InvitationItem key={id} conversationId={id} onOpen={onOpen} />
        ))}
      </ul>
      {ids.length > most && <Button onClick={() => setMost(most + invitationsAtOnce)}>{texts.moreInvitations}</Button>}
    </>
  )
}

interface SectionProps extends Required<Pick<ConversationListProps, 'currentId' | 'hrefOf' | 'onOpen'>> {
  title: string
  ids: readonly string[]
}

const rowKeys = new Set(['ArrowUp', 'ArrowDown', 'Home', 'End'])

/** Leads along the rows of all sections, which stand beside each other. */
function moveAlongRows(event: KeyboardEvent<HTMLElement>) {
  const { key, altKey, ctrlKey, metaKey, currentTarget } = event
  if (!rowKeys.has(key) || altKey || ctrlKey || metaKey) return
  moveFocus(event, [...(currentTarget.parentElement?.querySelectorAll<HTMLElement>('.parley-conversation') ?? [])], 1)
}

function Section({ title, ids, currentId, hrefOf, onOpen }: SectionProps) {
  const titleId = useId()
  const { list, rows, size, onFocus } = useListWindow(ids)
  return (
    <>
      <Title level={2} className="parley-conversations__title">
        <span id={titleId}>{title}</span>{' '}
        <span className="parley-conversations__count">{formatNumber(ids.length)}</span>
      </Title>
      <ul
        ref={list}
        className="parley-conversations"
        aria-labelledby={titleId}
        data-windowed={size !== undefined}
        style={size === undefined ? undefined : { blockSize: size }}
        onFocus={onFocus}
        onKeyDown={moveAlongRows}
      >
        {rows.map(({ id, index, offset }) => (
          <ConversationItem
            key={id}
            conversationId={id}
            href={hrefOf(id)}
            isCurrent={id === currentId}
            onOpen={onOpen}
            {...(offset !== undefined && { position: index + 1, setSize: ids.length, offset })}
          />
        ))}
      </ul>
    </>
  )
}
