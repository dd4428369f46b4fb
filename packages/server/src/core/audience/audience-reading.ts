import type { Membership } from '@parley/protocol'
import type { Store } from '../../storage/store.ts'
import type { Connection, Connections } from '../connections.ts'
import type { Delivery } from '../delivery.ts'

/** A membershipRev below every real one: the listeners of a conversation that is known at it are read again. */
export const stale = -1

export interface AudienceState {
  connections: Connections
  store: Store
  /** The membershipRev at which the listeners of each conversation were read. */
  knownAt: Map<string, number>
  /** The conversations that a socket of this node hears. */
  heard: Set<string>
  /**
   * Known conversations that no socket hears, each with the number of the last connection that had begun to enter by
   * then. Up to that number, connections may have read an older state, which they must compare with this one.
   */
  unheard: Map<string, number>
  /** The numbers of the connections that have begun to enter and are not done. */
  entering: Set<number>
  /** How many connections have begun to enter. */
  begun: number
  /** How many members were removed. A list of members that was read before the last removal may be too old. */
  endings: number
}

/**
 * Stores at which membershipRev the listeners of a conversation were read, in place of an earlier or later one; with
 * `stale`, the next event reads them again. If no socket here hears the conversation, `forgetUnheard` may remove this.
 */
export function markKnown(state: AudienceState, conversationId: string, membershipRev: number): void {
  state.knownAt.set(conversationId, membershipRev)
  state.unheard.delete(conversationId)
  if (!state.heard.has(conversationId)) state.unheard.set(conversationId, state.begun)
}

/**
 * Forgets the conversations that no socket hears, so that their number does not grow for ever. Those that were noted
 * since the oldest connection that is still entering began stay: it may have read an older state, and must compare.
 */
export function forgetUnheard({ entering, unheard, knownAt }: AudienceState): void {
  const [oldest = Number.POSITIVE_INFINITY] = entering
  for (const [conversationId, begun] of unheard) {
    if (begun >= oldest) return
    unheard.delete(conversationId)
    knownAt.delete(conversationId)
  }
}

/**
 * Makes a connection hear all conversations in which its user is active, and takes away none. Marks each as known, or
 * as `stale` if what it read may be out of date. If its session is revoked, or the access number of its user is not
 * that of its admission, it ends the connection as `revoked` instead, and resolves. Rejects if a read fails.
 */
export async function enter(state: AudienceState, connection: Connection): Promise<void> {
  const { store, knownAt } = state
  const { user, sessionId } = connection.caller
  // Access that was ended after it was checked, and before this connection was known here, ends it now.
  const [session, entrant] = await Promise.all([
    sessionId === null ? undefined : store.sessions.byId(sessionId),
    store.users.entrant(user.id),
  ])
  if (session && session.revoked_at !== null) return connection.end('revoked')
  if (entrant?.accessRev !== connection.accessRev) return connection.end('revoked')
  const before = state.endings
  const heard = await store.memberships.heardBy([user.id])
  for (const { conversation_id, membership_rev } of heard) {
    const known = knownAt.get(conversation_id) ?? membership_rev
    // If this node knows a later state already, this list may be too old for it: the next event reads again.
    markKnown(state, conversation_id, known > membership_rev || state.endings !== before ? stale : known)
  }
  connection.hear(heard.map((row) => row.conversation_id))
}

/**
 * Reads the active members of a conversation, makes exactly their connections on this node hear it, and stores the
 * larger of the given and the known membershipRev. If the known one changed during the read, or a member of any
 * conversation was removed, it changes nothing and settles like `retry`. Rejects if the read fails.
 */
export async function readAgain(
  state: AudienceState,
  conversationId: string,
  membershipRev: number,
  retry: () => Promise<void> | undefined,
): Promise<void> {
  const { connections, store, knownAt } = state
  const known = knownAt.get(conversationId) ?? stale
  const before = state.endings
  const members = new Set(await store.memberships.activeUserIds(conversationId))
  // During the read, another one was done, perhaps of a later state, or a member was removed.
  if ((knownAt.get(conversationId) ?? stale) !== known || state.endings !== before) return retry()
  for (const userId of connections.userIds()) admit(connections, userId, conversationId, members.has(userId))
  markKnown(state, conversationId, Math.max(known, membershipRev))
  forgetUnheard(state)
}

/** Makes all connections of a user on this node hear the conversation, or stop hearing it if `isMember` is false. */
export function admit(connections: Connections, userId: string, conversationId: string, isMember: boolean): void {
  for (const connection of connections.of(userId)) {
    if (isMember) connection.hear([conversationId])
    else connection.stopHearing(conversationId)
  }
}

/** The memberships in the payload of an event; none if it has no such rows. */
export const membershipsIn = (payload: Delivery['payload']): readonly Membership[] =>
  'memberships' in payload ? (payload.memberships ?? []) : []
