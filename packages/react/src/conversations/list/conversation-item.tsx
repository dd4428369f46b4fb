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
  /** In a windowed list: the number of the row, from 1. */
  position?: number
  /** In a windowed list: the number of rows. */
  setSize?: number
  /** In a windowed list: the distance from the top, in pixels. */
  offset?: number
}

/**
 * A conversation in the list, as an `<li>`; nothing if it is not known. It is a link, so that a browser can open it in
 * a new tab; a plain click calls `onOpen` instead. It watches the presence of the other person of a direct
 * conversation. It is memoized: pass a stable `onOpen`.
 */
export const ConversationItem = memo(function ConversationItem(props: ConversationItemProps) {
  const { conversationId, href, isCurrent, onOpen, position, setSize, offset } = props
  const conversationState = useConversation(conversationId)
  const title = useConversationTitle(conversationId)
  const today = useToday()
  const { times } = useTexts()
  if (!conversationState) return null
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    onOpen(conversationId)
  }
  const time = conversationState.lastMessage?.createdAt
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
        data-unread={conversationState.unread > 0}
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
            <ConversationPreview conversationState={conversationState} isCurrent={isCurrent} />
            <UnreadBadge count={conversationState.unread} />
          </span>
        </span>
      </a>
    </li>
  )
})
