import type { Membership } from '@parley/protocol'
import type { ChatState, ConversationState } from '../chat-state.ts'
import { putAll } from './records.ts'

/** Is the membership active or an invitation? False for an ended one and for none. */
export const isIn = (membership: Membership | undefined) =>
  membership !== undefined && (membership.state === 'active' || membership.state === 'invited')

/** Is the conversation held as a member, who hears its changes? Somebody who is only invited does not. */
export function isMember(state: ChatState, conversationId: string): boolean {
  const held = state.conversations[conversationId]
  return state.me !== null && held !== undefined && held.memberships[state.me.id]?.state === 'active'
}

/** The state with one conversation replaced; the same state if it did not change. */
export function withConversation(
  state: ChatState,
  conversationId: string,
  change: (held: ConversationState, me: string) => ConversationState,
): ChatState {
  const held = state.conversations[conversationId]
  if (!held || !state.me) return state
  const next = change(held, state.me.id)
  if (next === held) return state
  return { ...state, conversations: putAll(state.conversations, [[conversationId, next]]) }
}
