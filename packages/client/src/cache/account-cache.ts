import type { AccountChange, ConversationSummary, Membership } from '@parley/protocol'
import type { ChatState, ConversationState } from '../chat-state.ts'
import { readUpTo } from '../messages/unread.ts'
import { applyOwnMembership, applyUsers, isIn, type Outcome, withConversation } from './cache.ts'
import { advanceMemberships, fromSummary } from './conversation-cache.ts'
import { without } from './rows.ts'

/** Applies a change of the account; `since` as in `applyChange`. */
export function applyAccountChange(
  state: ChatState,
  change: AccountChange,
  since = change.rev - 1,
): { state: ChatState; outcome: Outcome } {
  if (state.rev === null) return { state, outcome: 'unknown' }
  if (change.rev <= state.rev) return { state, outcome: 'known' }
  if (since > state.rev) return { state, outcome: 'gap' }
  let next: ChatState = { ...state, rev: change.rev }
  if (change.user) next = applyUsers(next, [change.user])
  for (const summary of change.summaries) next = applySummary(next, summary)
  for (const membership of change.memberships) next = applyOwnMembership(next, membership)
  return { state: next, outcome: 'applied' }
}

/**
 * Takes a conversation in from its summary. A summary knows nothing of the changes between a held position and its
 * own, so it moves the position only where nothing was loaded yet; `behind` tells where it could not.
 */
export function applySummary(state: ChatState, summary: ConversationSummary): ChatState {
  const { id } = summary.conversation
  const { me } = state
  const mine = summary.memberships.find((row) => row.userId === me?.id)
  if (!me || !mine || !isIn(mine) || mine.rev <= (state.departed[id] ?? -1)) return state
  const held = state.conversations[id]
  const next = applyUsers({ ...state, departed: without(state.departed, id) }, summary.users)
  if (!held || isReplaceable(held, summary)) {
    const fresh = fromSummary(summary, me.id, held)
    return { ...next, conversations: { ...next.conversations, [id]: fresh } }
  }
  return withConversation(next, id, (old) => mergeSummary(old, summary, mine, me.id))
}

const isReplaceable = (held: ConversationState, summary: ConversationSummary): boolean =>
  summary.rev > held.rev && !held.messagesLoaded && !held.membershipsLoaded

function mergeSummary(
  held: ConversationState,
  summary: ConversationSummary,
  mine: Membership,
  me: string,
): ConversationState {
  const next = advanceMemberships(held, summary.memberships, me)
  // What was read before one left and came in again may be known here alone, and counts no more.
  const isReadAlike = readUpTo({ memberships: { [me]: mine } }, me) === readUpTo(next, me)
  const isSamePlace = summary.rev === next.rev && summary.lastSeq === next.lastSeq && isReadAlike
  if (!isSamePlace || !next.recount) return next
  return { ...next, unread: summary.unread, recount: false }
}

/** Starts a conversation anew from a summary, because too much changed since the held position. */
export function resetConversation(state: ChatState, summary: ConversationSummary): ChatState {
  const { id } = summary.conversation
  const held = state.conversations[id]
  if (!state.me || !held) return applySummary(state, summary)
  const fresh = fromSummary(summary, state.me.id, held)
  return applyUsers({ ...state, conversations: { ...state.conversations, [id]: fresh } }, summary.users)
}

/** Starts everything anew: what is held belongs to another history or another person. */
export function resetAccount(state: ChatState, account: AccountChange, epoch: string): ChatState {
  const me = account.user ?? state.me
  const isSamePerson = me?.id === state.me?.id
  const empty: ChatState = {
    ...state,
    me,
    users: isSamePerson ? state.users : {},
    presences: isSamePerson ? state.presences : {},
    conversations: {},
    typing: {},
    departed: {},
    epoch,
    rev: account.rev,
  }
  const known = me ? applyUsers(empty, [me]) : empty
  return account.summaries.reduce(applySummary, known)
}
