import type { Membership } from '@parley/protocol'
import type { ChatState, ConversationState } from '../chat-state.ts'
import { putAll } from './records.ts'

/** Is the membership active or an invitation? False for an ended one and for none. */
export const isIn = (membership: Membership | undefined) =>
  membership !== undefined && (membership.state === 'active' || membership.state === 'invited')

/**
 * Does the state hold the conversation, with an active membership of this user, who hears its changes? False for a user
 * who is only invited, and before it is known who the user is.
 */
export function isMember(state: ChatState, conversationId: string): boolean {
  const held = state.conversations[conversationId]
  return state.me !== null && held !== undefined && held.memberships[state.me.id]?.state === 'active'
}

/**
 * Returns the state with what `change` makes of one conversation. The same state, without a call of `change`, if the
 * conversation is not held or the user is not known yet; the same state, too, if `change` returns the same object,
 * which it must do if nothing changes. `me` is the id of the user.
 */
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
