import type { Membership } from '@parley/protocol'
import type { Store } from '../../storage/store.ts'
import type { Connection, Connections } from '../connections.ts'
import type { Delivery } from '../delivery.ts'

/** Older than every state: a conversation that is known at this rev is read again. */
export const stale = -1

export interface AudienceState {
  connections: Connections
  store: Store
  /** The membershipRev at which the listeners of each conversation were read. */
  knownAt: Map<string, number>
  /** The conversations that somebody on this node hears. */
  heard: Set<string>
  /**
   * Those that nobody hears, each with the connection that began to enter last before they were known: it, and those
   * before it, may have read an older state, and must find this one.
   */
  unheard: Map<string, number>
  /** Connections are counted as they begin to enter; these have not ended it. */
  entering: Set<number>
  begun: number
  /** How often somebody lost their access: what was read before that may let them in again. */
  endings: number
}

export function know(state: AudienceState, conversationId: string, membershipRev: number): void {
  state.knownAt.set(conversationId, membershipRev)
  state.unheard.delete(conversationId)
  if (!state.heard.has(conversationId)) state.unheard.set(conversationId, state.begun)
}

/** Without this every conversation whose members ever changed would be remembered. */
export function forgetUnheard({ entering, unheard, knownAt }: AudienceState): void {
  const [oldest = Number.POSITIVE_INFINITY] = entering
  for (const [conversationId, begun] of unheard) {
    if (begun >= oldest) return
    unheard.delete(conversationId)
    knownAt.delete(conversationId)
  }
}

/** Lets a connection hear what the database says that its user is in. */
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
    // If others here know a later state, this list may be too old for it: the next event reads again.
    know(state, conversation_id, known > membership_rev || state.endings !== before ? stale : known)
  }
  connection.hear(heard.map((row) => row.conversation_id))
}

/** Reads who hears a conversation; `retry` is called if that was overtaken meanwhile. */
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
  // While this was read, somebody else put it right, perhaps from a later state, or somebody lost their access.
  if ((knownAt.get(conversationId) ?? stale) !== known || state.endings !== before) return retry()
  for (const userId of connections.userIds()) admit(connections, userId, conversationId, members.has(userId))
  know(state, conversationId, Math.max(known, membershipRev))
  forgetUnheard(state)
}

export function admit(connections: Connections, userId: string, conversationId: string, isMember: boolean): void {
  for (const connection of connections.of(userId)) {
    if (isMember) connection.hear([conversationId])
    else connection.stopHearing(conversationId)
  }
}

export const membershipsIn = (payload: Delivery['payload']): readonly Membership[] =>
  'memberships' in payload ? (payload.memberships ?? []) : []
