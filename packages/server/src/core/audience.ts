import type { Membership } from '@parley/protocol'
import type { Delivery } from '../core/deliver.ts'
import type { Store } from '../storage/store.ts'
import type { Connection, Connections } from './connections.ts'

export interface Audiences {
  /** Lets a connection hear every conversation its user is in. */
  enter(connection: Connection): Promise<void>
  /** Somebody on this node hears the conversation from now on. */
  heard(conversationId: string): void
  /** Nobody on this node hears the conversation any more. */
  forget(conversationId: string): void
  /**
   * Takes away at once what these deliveries end, before anybody is answered and before what waits for its turn: those
   * who are removed hear nothing more, and sessions that are ended have no connection.
   */
  endAccess(deliveries: readonly Delivery[]): void
  /** Refreshes the listeners of a conversation to this membershipRev or a later one; waits only if they must be read. */
  bringTo(conversationId: string, membershipRev: number): Promise<void> | undefined
  /** Refreshes the listeners of a conversation before an event of it is delivered; waits only if they must be read. */
  prepare(delivery: Delivery): Promise<void> | undefined
}

/** Older than every state: a conversation that is known at this rev is read again. */
const stale = -1

interface AudienceState {
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

/**
 * Who on this node hears which conversation. Each conversation is remembered with the membershipRev at which its
 * listeners were read; an event that carries a later one is not delivered before they are right again. So nothing that
 * happened after a removal can reach the removed, even if this node never heard of the removal.
 */
export function createAudiences(connections: Connections, store: Store): Audiences {
  const memory = { knownAt: new Map<string, number>(), heard: new Set<string>(), unheard: new Map<string, number>() }
  const state: AudienceState = { connections, store, ...memory, entering: new Set(), begun: 0, endings: 0 }
  return {
    enter: (connection) => {
      const number = ++state.begun
      state.entering.add(number)
      return enter(state, connection).finally(() => {
        state.entering.delete(number)
        forgetUnheard(state)
      })
    },
    heard: (conversationId) => {
      state.heard.add(conversationId)
      state.unheard.delete(conversationId)
    },
    forget: (conversationId) => {
      for (const part of Object.values(memory)) part.delete(conversationId)
    },
    endAccess: (deliveries) => endAccess(state, deliveries),
    bringTo: (conversationId, membershipRev) => bringTo(state, conversationId, membershipRev),
    prepare: (delivery) => prepare(state, delivery),
  }
}

function know(state: AudienceState, conversationId: string, membershipRev: number): void {
  state.knownAt.set(conversationId, membershipRev)
  state.unheard.delete(conversationId)
  if (!state.heard.has(conversationId)) state.unheard.set(conversationId, state.begun)
}

/** Without this every conversation whose members ever changed would be remembered. */
function forgetUnheard({ entering, unheard, knownAt }: AudienceState): void {
  const [oldest = Number.POSITIVE_INFINITY] = entering
  for (const [conversationId, begun] of unheard) {
    if (begun >= oldest) return
    unheard.delete(conversationId)
    knownAt.delete(conversationId)
  }
}

async function enter(state: AudienceState, connection: Connection): Promise<void> {
  const { store, knownAt } = state
  const { user, sessionId } = connection.caller
  // A session that was revoked after it was checked, and before this connection was known here, ends it now.
  const session = sessionId === null ? undefined : await store.sessions.byId(sessionId)
  if (session && session.revoked_at !== null) return connection.end('revoked')
  const before = state.endings
  const heard = await store.memberships.heardBy([user.id])
  for (const { conversation_id, membership_rev } of heard) {
    const known = knownAt.get(conversation_id) ?? membership_rev
    // If others here know a later state, this list may be too old for it: the next event reads again.
    know(state, conversation_id, known > membership_rev || state.endings !== before ? stale : known)
  }
  connection.hear(heard.map((row) => row.conversation_id))
}

function bringTo(state: AudienceState, conversationId: string, membershipRev: number): Promise<void> | undefined {
  const known = state.knownAt.get(conversationId)
  // Nobody here hears it, or those who do are known at this state or a later one.
  if (known === undefined || known >= membershipRev) return
  return readAgain(state, conversationId, membershipRev, () => bringTo(state, conversationId, membershipRev))
}

function prepare(state: AudienceState, delivery: Delivery): Promise<void> | undefined {
  const { audience, payload } = delivery
  if (!('membershipRev' in audience)) return
  const { membershipRev, membershipRevBefore } = audience
  const conversationId = audience.channels[0].id
  if (membershipRevBefore === undefined) return bringTo(state, conversationId, membershipRev)
  const known = state.knownAt.get(conversationId)
  if (known !== undefined && known !== membershipRevBefore) {
    return readAgain(state, conversationId, membershipRev, () => prepare(state, delivery))
  }
  for (const { userId, state: membership } of membershipsIn(payload)) {
    admit(state.connections, userId, conversationId, membership === 'active')
  }
  know(state, conversationId, membershipRev)
  forgetUnheard(state)
}

async function readAgain(
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

function endAccess(state: AudienceState, deliveries: readonly Delivery[]): void {
  const { connections, knownAt } = state
  for (const { audience, payload } of deliveries) {
    for (const { kind, id } of audience.channels) if (kind === 'session') connections.endSessions([id])
    if (!('membershipRevBefore' in audience)) continue
    const conversationId = audience.channels[0].id
    // Who is known from a later state may have come in again.
    if ((knownAt.get(conversationId) ?? stale) >= audience.membershipRev) continue
    for (const membership of membershipsIn(payload)) {
      if (membership.state === 'active') continue
      state.endings++
      admit(connections, membership.userId, conversationId, false)
    }
  }
}

function admit(connections: Connections, userId: string, conversationId: string, isMember: boolean): void {
  for (const connection of connections.of(userId)) {
    if (isMember) connection.hear([conversationId])
    else connection.stopHearing(conversationId)
  }
}

const membershipsIn = (payload: Delivery['payload']): readonly Membership[] =>
  'memberships' in payload ? (payload.memberships ?? []) : []
