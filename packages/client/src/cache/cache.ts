import type { ConversationChange, Membership, Message, Receipt, User } from '@parley/protocol'
import type { ChatState, ConversationState } from '../chat-state.ts'
import { absorbMessages, advanceMemberships, type Page, takePage } from './conversation-cache.ts'
import { advanced, putUsers, without } from './rows.ts'

/**
 * What a change did. `applied`: it is in. `known`: it was in already. `gap`: changes before it are missing. `unknown`:
 * nothing is held of that conversation (or not as a member).
 */
export type Outcome = 'applied' | 'known' | 'gap' | 'unknown'

export const emptyState: ChatState = {
  status: 'idle',
  problem: null,
  me: null,
  users: {},
  conversations: {},
  presences: {},
  typing: {},
  epoch: null,
  rev: null,
  departed: {},
}

export const isIn = (membership: Membership | undefined) =>
  membership !== undefined && (membership.state === 'active' || membership.state === 'invited')

const own = (held: ConversationState, me: string): Membership | undefined => held.memberships[me]

/** Is the conversation held as a member, who hears its changes? Somebody who is only invited does not. */
export function isMember(state: ChatState, conversationId: string): boolean {
  const held = state.conversations[conversationId]
  return state.me !== null && held !== undefined && own(held, state.me.id)?.state === 'active'
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
  return { ...state, conversations: { ...state.conversations, [conversationId]: next } }
}

export function applyUsers(state: ChatState, given: readonly User[] | undefined): ChatState {
  const users = putUsers(state.users, given)
  const me = (state.me && users[state.me.id]) ?? state.me
  return users === state.users && me === state.me ? state : { ...state, users, me }
}

/**
 * Applies a change of one conversation. `since` is the position that it starts from: the rev before it for a live
 * event, the position that was asked with for the answer of a sync.
 */
export function applyChange(
  state: ChatState,
  change: ConversationChange,
  since = change.rev - 1,
): { state: ChatState; outcome: Outcome } {
  const { conversationId } = change
  const held = state.conversations[conversationId]
  const mine = change.memberships?.find((row) => row.userId === state.me?.id)
  if (held && mine && !isIn(mine)) return { state: depart(state, mine), outcome: 'applied' }
  if (!held || !isMember(state, conversationId)) return { state, outcome: 'unknown' }
  if (change.rev <= held.rev) return { state, outcome: 'known' }
  if (since > held.rev) return { state, outcome: 'gap' }
  const withUsers = applyUsers(state, change.users)
  const applied = withConversation(withUsers, conversationId, (old, me) => {
    const next = absorbMessages(advanceMemberships(old, change.memberships, me), change.messages ?? [], me, true)
    return { ...next, conversation: change.conversation ?? next.conversation, rev: change.rev }
  })
  return { state: endTyping(applied, conversationId, change.messages ?? []), outcome: 'applied' }
}

/** Whoever has just sent a message is no longer typing it. */
function endTyping(state: ChatState, conversationId: string, messages: readonly Message[]): ChatState {
  const typing = state.typing[conversationId]
  if (!typing || messages.length === 0) return state
  const senders = new Set(messages.filter((row) => row.editedAt === null).map((row) => row.senderId))
  return setTyping(
    state,
    conversationId,
    typing.filter((userId) => !senders.has(userId)),
  )
}

/** Who types in a conversation; the same state if it is the same people. */
export function setTyping(state: ChatState, conversationId: string, userIds: string[]): ChatState {
  const held = state.typing[conversationId] ?? []
  if (held.length === userIds.length) return state
  const typing =
    userIds.length > 0 ? { ...state.typing, [conversationId]: userIds } : without(state.typing, conversationId)
  return { ...state, typing }
}

/**
 * One's own membership changed: a conversation that one is no longer in disappears. An accepted invitation waits for
 * its summary, because who is only invited holds nothing of what was said.
 */
export function applyOwnMembership(state: ChatState, membership: Membership): ChatState {
  if (!isIn(membership)) return depart(state, membership)
  return withConversation(state, membership.conversationId, (held, me) =>
    own(held, me)?.state === 'invited' && membership.state === 'active'
      ? held
      : advanceMemberships(held, [membership], me),
  )
}

/** Forgets a conversation, unless it was entered again after this leaving. */
function depart(state: ChatState, { conversationId, rev }: Membership): ChatState {
  const mine = state.me && state.conversations[conversationId]?.memberships[state.me.id]
  if (mine && mine.rev > rev) return state
  return {
    ...state,
    conversations: without(state.conversations, conversationId),
    typing: without(state.typing, conversationId),
    departed: { ...state.departed, [conversationId]: Math.max(rev, state.departed[conversationId] ?? 0) },
  }
}

/** Read and delivered positions of members; they only grow. */
export function applyReceipts(state: ChatState, conversationId: string, receipts: readonly Receipt[]): ChatState {
  return withConversation(state, conversationId, (held, me) => {
    const rows = receipts.flatMap((receipt) => {
      const membership = held.memberships[receipt.userId]
      return membership ? [advanced(membership, receipt)] : []
    })
    return advanceMemberships(held, rows, me)
  })
}

/** Takes in memberships that an operation answered with, ahead of the change that brings them. */
export function applyMemberships(state: ChatState, conversationId: string, rows: readonly Membership[]): ChatState {
  const mine = rows.find((row) => row.userId === state.me?.id)
  const others = mine ? rows.filter((row) => row !== mine) : rows
  const next = withConversation(state, conversationId, (held, me) => advanceMemberships(held, others, me))
  return mine ? applyOwnMembership(next, mine) : next
}

/** The whole member list is in. */
export const completeMemberships = (state: ChatState, conversationId: string): ChatState =>
  withConversation(state, conversationId, (held) =>
    held.membershipsLoaded ? held : { ...held, membershipsLoaded: true },
  )

/** Takes in a message that an operation answered with, ahead of the change that brings it. */
export const applyMessage = (state: ChatState, message: Message): ChatState =>
  withConversation(state, message.conversationId, (held, me) => absorbMessages(held, [message], me, false))

export const applyPage = (state: ChatState, conversationId: string, page: Page): ChatState =>
  withConversation(state, conversationId, (held, me) => takePage(held, page, me))
