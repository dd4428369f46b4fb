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
 * How far all other active members have come: each of them read everything up to `readSeq` that was sent after they
 * joined, and received it up to `deliveredSeq`. Messages up to `sinceSeq` are older than all these memberships. All 0
 * if the members are not known, or if there are no others.
 */
export interface OthersReceipts {
  sinceSeq: number
  readSeq: number
  deliveredSeq: number
}

const none: OthersReceipts = { sinceSeq: 0, readSeq: 0, deliveredSeq: 0 }

function othersReceipts(conversationState: ConversationState | undefined, me: string | undefined): OthersReceipts {
  if (!conversationState) return none
  const others = Object.values(conversationState.memberships).filter(
    ({ userId, state }) => userId !== me && state === 'active',
  )
  // Without the complete member list of a room, it is not known whether all have read a message.
  if (others.length === 0 || (conversationState.conversation.kind === 'room' && !conversationState.membershipsLoaded))
    return none
  return {
    sinceSeq: Math.min(...others.map(({ joinedSeq }) => joinedSeq)),
    readSeq: Math.min(...others.map(({ readSeq, joinedSeq }) => Math.max(readSeq, joinedSeq))),
    deliveredSeq: Math.min(...others.map(({ deliveredSeq, joinedSeq }) => Math.max(deliveredSeq, joinedSeq))),
  }
}

/**
 * How far all other active members have come in a conversation: each has read everything up to `readSeq` since they
 * joined, and received it up to `deliveredSeq`; messages up to `sinceSeq` are older than all these memberships. All 0
 * if the conversation is not known, if there are no others or, in a room, if not all members are loaded. It loads
 * nothing.
 */
export function useOthersReceipts(conversationId: string): OthersReceipts {
  const me = useMe()?.id
  return useConversationSelection(conversationId, (held) => othersReceipts(held, me))
}

/** The number of unread messages in all conversations that are not hidden; more than 100 in one count as 100. */
export const useTotalUnread = (): number => useChatState(useChatSurface().lists.unread)

/**
 * Marks a conversation as read up to its last message while its end is loaded, the list is at its end (`isAtEnd`), and
 * the page is visible and has the focus; again with each new message. Does nothing if the user is not an active member.
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
