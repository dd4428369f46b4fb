import type { Message } from '@parley/protocol'
import { putAll, withFields, without } from '../cache/records.ts'
import type { ChatState } from '../chat-state.ts'

export interface TypingState {
  /** Who types where, without oneself. */
  typing: Record<string, string[]>
}

/**
 * Replaces the list of those who type in a conversation; an empty one removes its entry. The same state if both lists
 * are equally long: a caller adds or removes some, and exchanges none.
 */
export function setTyping(state: ChatState, conversationId: string, userIds: string[]): ChatState {
  const held = state.typing[conversationId] ?? []
  if (held.length === userIds.length) return state
  if (userIds.length === 0) return forgetTyping(state, conversationId)
  return withFields(state, { typing: putAll(state.typing, [[conversationId, userIds]]) })
}

/** The state without typing users in the conversation; the same state if there were none. */
export const forgetTyping = (state: ChatState, conversationId: string): ChatState =>
  withFields(state, { typing: without(state.typing, conversationId) })

/**
 * Returns the state in which the senders of these messages no longer type in the conversation; the same state if none
 * of them did. All messages must be of this conversation. Edited and deleted ones are skipped: they are not new.
 */
export function endTyping(state: ChatState, messages: readonly Message[], conversationId: string): ChatState {
  const typing = state.typing[conversationId]
  if (!typing || messages.length === 0) return state
  const news = messages.filter((row) => row.editedAt === null && row.deletedAt === null)
  const senders = new Set(news.map((row) => row.senderId))
  return setTyping(
    state,
    conversationId,
    typing.filter((userId) => !senders.has(userId)),
  )
}
