import type { Membership } from '@parley/protocol'
import type { Cache } from '../cache/cache.ts'
import { isIn, withConversation } from '../cache/held-conversation.ts'
import { putNewer, putRows, withFields } from '../cache/records.ts'
import type { ChatState, ConversationState } from '../chat-state.ts'
import { readTally, readUpTo, settleUnread } from '../messages/unread.ts'

/**
 * The newer state of one membership. Read and delivered positions take no rev and only grow, so the result has the
 * greater ones, also if the other row is newer.
 */
function newerMembership(held: Membership | undefined, given: Membership): Membership {
  if (!held) return given
  const row = given.rev > held.rev ? given : held
  return withFields(row, maximum(held, given))
}

export type Positions = Pick<Membership, 'readSeq' | 'deliveredSeq'>

/** The greater one of each position. */
export const maximum = (a: Positions, b: Positions): Positions => ({
  readSeq: Math.max(a.readSeq, b.readSeq),
  deliveredSeq: Math.max(a.deliveredSeq, b.deliveredSeq),
})

/** Returns the membership with both positions at least as far as given; the same object if neither grows. */
export const advanced = (held: Membership, given: Positions): Membership => withFields(held, maximum(held, given))

/**
 * Returns the memberships by user id, with each given one whose rev is greater than that of the held one, or that is
 * not held. Read and delivered positions only grow, also by a row that is older. The same object if nothing changes.
 * `memberships` must contain each user at most once.
 */
export const putMemberships = (
  held: Record<string, Membership>,
  memberships: readonly Membership[] = [],
): Record<string, Membership> =>
  putRows(
    held,
    memberships.map((given) => newerMembership(held[given.userId], given)),
    'userId',
  )

/**
 * Applies memberships as `putMemberships` does, also of new members; if the own read position grows, `unread` changes,
 * too. The same object if nothing changes, or `rows` is undefined. Removes no conversation, also if the own membership
 * ended.
 */
export function advanceMemberships(
  held: ConversationState,
  rows: readonly Membership[] | undefined,
  me: string,
): ConversationState {
  const memberships = putMemberships(held.memberships, rows)
  if (memberships === held.memberships) return held
  const [from, to] = [readUpTo(held, me), readUpTo({ memberships }, me)]
  const next = { ...held, memberships }
  return from === to ? next : settleUnread(next, me, readTally(held, me, from, to))
}

/**
 * Applies a membership, which must be this user's own. One that ended removes the conversation, unless the user entered
 * it again since. Ignores an accepted invitation, because its summary follows, and an invited user has none of the
 * conversation's messages. The same state if the conversation is not held, except for a leaving, which is noted in
 * `departed`.
 */
export function applyOwnMembership(state: ChatState, membership: Membership, cache: Cache): ChatState {
  if (!isIn(membership)) return cache.depart(state, membership.conversationId, membership.rev)
  return withConversation(state, membership.conversationId, (held, me) =>
    held.memberships[me]?.state === 'invited' && membership.state === 'active'
      ? held
      : advanceMemberships(held, [membership], me),
  )
}

/**
 * Stores those of these memberships that are the user's own and ended, by conversation, so that an app can say whether
 * the user left, was removed or was banned. Skips all others, and removes no conversation. A row replaces a stored one
 * that is older, and stays when the user joins again.
 */
export function noteEnds(state: ChatState, rows: readonly Membership[]): ChatState {
  const ended = rows.filter((row) => row.userId === state.me?.id && !isIn(row))
  return withFields(state, { endedMemberships: putNewer(state.endedMemberships, ended, 'conversationId') })
}

/**
 * Applies memberships of one conversation from the answer to an operation, before their change arrives; others than the
 * own one only if the conversation is held. The own one is applied as by `applyOwnMembership`: if it ended, its end is
 * noted, and the conversation removed unless it was entered again since; an accepted invitation changes nothing yet.
 */
export function applyMemberships(
  state: ChatState,
  conversationId: string,
  rows: readonly Membership[],
  cache: Cache,
): ChatState {
  const mine = rows.find((row) => row.userId === state.me?.id)
  const others = mine ? rows.filter((row) => row !== mine) : rows
  const noted = noteEnds(state, rows)
  const next = withConversation(noted, conversationId, (held, me) => advanceMemberships(held, others, me))
  return mine ? applyOwnMembership(next, mine, cache) : next
}

/**
 * Marks the member list of a conversation as completely loaded; does not check that it is. The same state if the
 * conversation is not held.
 */
export const completeMemberships = (state: ChatState, conversationId: string): ChatState =>
  withConversation(state, conversationId, (held) => withFields(held, { membershipsLoaded: true }))
