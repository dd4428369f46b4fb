import type { Receipt } from '@parley/protocol'
import { withConversation } from '../cache/held-conversation.ts'
import type { ChatState } from '../chat-state.ts'
import { advanced, advanceMemberships } from '../memberships/membership-rows.ts'

/**
 * Applies read and delivered positions of members, which only grow; the own one also changes the number of unread
 * messages. Ignores receipts of unknown members. The same state if nothing grows, or the conversation is not held.
 */
export function applyReceipts(state: ChatState, conversationId: string, receipts: readonly Receipt[]): ChatState {
  return withConversation(state, conversationId, (held, me) => {
    const rows = receipts.flatMap((receipt) => {
      const membership = held.memberships[receipt.userId]
      return membership ? [advanced(membership, receipt)] : []
    })
    return advanceMemberships(held, rows, me)
  })
}
