import { type MouseEvent, memo } from 'react'
import { useToday } from '../../hooks/use-today.ts'
import { UnreadBadge } from '../../receipts/unread-badge.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { ConversationAvatar } from '../conversation-avatar.tsx'
import { ConversationPreview } from '../conversation-preview.tsx'
import { useConversation, useConversationTitle } from '../use-conversations.ts'

interface ConversationItemProps {
  conversationId: string
  href: string
  isCurrent: boolean
  onOpen: (conversationId: string) => void
  /** Where not all rows of a list are on the page: its place among them, from 1, how many there are, and where it stands in pixels. */
  position?: number
  setSize?: number
  offset?: number
}

/** A row of the list: a real link, so that it opens in a new tab like any other. */
export const ConversationItem = memo(function ConversationItem(props: ConversationItemProps) {
  const { conversationId, href, isCurrent, onOpen, position, setSize, offset } = props
  const held = useConversation(conversationId)
  const title = useConversationTitle(conversationId)
  const today = useToday()
  const { times } = useTexts()
  if (!held) return null
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    onOpen(conversationId)
  }
  const time = held.lastMessage?.createdAt
  return (
    <li
      aria-posinset={position}
      aria-setsize={setSize}
      style={offset === undefined ? undefined : { insetBlockStart: offset }}
    >
      <a
        href={href}
        className="parley-conversation"
        aria-current={isCurrent ? 'page' : undefined}
        data-unread={held.unread > 0}
        onClick={open}
      >
        <ConversationAvatar conversationId={conversationId} withPresence />
        <span className="parley-conversation__text">
          <span className="parley-conversation__line">
            <span className="parley-conversation__title">
              <bdi>{title}</bdi>
            </span>
            {time !== undefined && (
              <time dateTime={new Date(time).toISOString()} title={times.complete(time)}>
                {times.brief(time, today)}
              </time>
            )}
          </span>
          <span className="parley-conversation__line">
            <ConversationPreview held={held} isCurrent={isCurrent} />
            <UnreadBadge count={held.unread} />
          </span>
        </span>
      </a>
    </li>
  )
})
