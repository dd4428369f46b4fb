import type { Membership } from '@parley/protocol'
import type { Cache } from '../cache/cache.ts'
import { isIn, withConversation } from '../cache/held-conversation.ts'
import { putAll, withField } from '../cache/records.ts'
import type { ChatState, ConversationState } from '../chat-state.ts'
import { readTally, readUpTo, settleUnread } from '../messages/unread.ts'

/**
 * The newer state of one membership. Read and delivered positions take no rev and only grow, so the result has the
 * greater ones, whichever row is newer.
 */
function newerMembership(held: Membership | undefined, given: Membership): Membership {
  if (!held) return given
  const row = given.rev > held.rev ? given : held
  return withPositions(row, maximum(held, given))
}

type Positions = Pick<Membership, 'readSeq' | 'deliveredSeq'>

const maximum = (a: Positions, b: Positions): Positions => ({
  readSeq: Math.max(a.readSeq, b.readSeq),
  deliveredSeq: Math.max(a.deliveredSeq, b.deliveredSeq),
})

const withPositions = (row: Membership, { readSeq, deliveredSeq }: Positions): Membership =>
  row.readSeq === readSeq && row.deliveredSeq === deliveredSeq ? row : { ...row, readSeq, deliveredSeq }

/** The membership with both positions at least as far as given. */
export const advanced = (held: Membership, given: Positions): Membership => withPositions(held, maximum(held, given))

/** The memberships by user id, with the newer state of each given one; the same object if nothing changes. */
export const putMemberships = (
  held: Record<string, Membership>,
  memberships: readonly Membership[] = [],
): Record<string, Membership> =>
  putAll(
    held,
    memberships.map((given) => [given.userId, newerMembership(held[given.userId], given)] as const),
  )

/** Applies memberships; a new own read position also changes the number of unread messages. */
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
 * Applies a change of the own membership: removes a conversation that the user is no longer in. Ignores an accepted
 * invitation, because its summary follows, and an invited user has none of the conversation's messages.
 */
export function applyOwnMembership(state: ChatState, membership: Membership, cache: Cache): ChatState {
  if (!isIn(membership)) return cache.depart(state, membership.conversationId, membership.rev)
  return withConversation(state, membership.conversationId, (held, me) =>
    held.memberships[me]?.state === 'invited' && membership.state === 'active'
      ? held
      : advanceMemberships(held, [membership], me),
  )
}

/** Stores how own memberships ended, so that an app can say whether the user left, was removed or was banned. */
export function noteEnds(state: ChatState, rows: readonly Membership[]): ChatState {
  const ended = rows.filter((row) => row.userId === state.me?.id && !isIn(row))
  const ends = putAll(
    state.endedMemberships,
    ended.map((row) => [row.conversationId, row] as const),
  )
  return withField(state, 'endedMemberships', ends)
}

/** Applies memberships from the answer to an operation, before their change arrives. */
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

/** Marks the member list as completely loaded. */
export const completeMemberships = (state: ChatState, conversationId: string): ChatState =>
  withConversation(state, conversationId, (held) => withField(held, 'membershipsLoaded', true))
