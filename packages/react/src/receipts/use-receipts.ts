import type { ConversationState } from '@parley/client'
import { useEffect } from 'react'
import {
  useChat,
  useChatState,
  useChatSurface,
  useConversationSelection,
  useConversationState,
} from '../hooks/use-chat.ts'
import { usePageAttention } from '../hooks/use-page-attention.ts'
import { useMe } from '../users/use-users.ts'

/**
 * How far everybody else has come: a message up to `readSeq` was read by all whom it reached. What stands up to
 * `sinceSeq` was there before any of them.
 */
export interface OthersReceipts {
  sinceSeq: number
  readSeq: number
  deliveredSeq: number
}

const none: OthersReceipts = { sinceSeq: 0, readSeq: 0, deliveredSeq: 0 }

function othersReceipts(held: ConversationState | undefined, me: string | undefined): OthersReceipts {
  if (!held) return none
  const others = Object.values(held.memberships).filter(({ userId, state }) => userId !== me && state === 'active')
  // In a room whose members are not all known, "read by all" cannot be said.
  if (others.length === 0 || (held.conversation.kind === 'room' && !held.membershipsLoaded)) return none
  return {
    sinceSeq: Math.min(...others.map(({ joinedSeq }) => joinedSeq)),
    readSeq: Math.min(...others.map(({ readSeq, joinedSeq }) => Math.max(readSeq, joinedSeq))),
    deliveredSeq: Math.min(...others.map(({ deliveredSeq, joinedSeq }) => Math.max(deliveredSeq, joinedSeq))),
  }
}

/** How far all the other members have read and received. */
export function useOthersReceipts(conversationId: string): OthersReceipts {
  const me = useMe()?.id
  return useConversationSelection(conversationId, (held) => othersReceipts(held, me))
}

/** How many messages wait, everywhere; 100 or more in one conversation count as 100. */
export const useTotalUnread = (): number => useChatState(useChatSurface().lists.unread)

/**
 * Marks a conversation read up to what is held, as long as its end is in sight of somebody: the page visible and
 * focused, the list at its end.
 */
export function useReadMarking(conversationId: string, isAtEnd: boolean): void {
  const chat = useChat()
  const isAttended = usePageAttention()
  const me = useMe()?.id ?? ''
  const seq = useConversationState(conversationId, (held) =>
    held?.messagesLoaded && !held.hasAfter ? (held.messages.at(-1)?.seq ?? 0) : 0,
  )
  const readSeq = useConversationState(conversationId, (held) => {
    const mine = held?.memberships[me]
    return mine?.state === 'active' ? mine.readSeq : Number.POSITIVE_INFINITY
  })
  useEffect(() => {
    if (isAtEnd && isAttended && seq > readSeq) chat.receipts.markRead(conversationId, seq)
  }, [chat, conversationId, isAtEnd, isAttended, seq, readSeq])
}
