import type { Membership } from '@parley/protocol'
import type { Delivery } from '../core/deliver.ts'
import type { Store } from '../storage/store.ts'
import type { Connection, Connections } from './connections.ts'

export interface Audiences {
  /** Lets a connection hear every conversation its user is in. */
  enter(connection: Connection): Promise<void>
  /** Nobody on this node hears the conversation any more. */
  forget(conversationId: string): void
  /**
   * Takes away at once what these deliveries end, before anybody is answered and before what waits for its turn: those
   * who are removed hear nothing more, and sessions that are ended have no connection.
   */
  endAccess(deliveries: readonly Delivery[]): void
  /** Brings what is known of who hears a conversation to this membershipRev or a later one; waits only if it must be read. */
  bringTo(conversationId: string, membershipRev: number): Promise<void> | undefined
  /** Makes it true who hears a conversation before an event of it is delivered; waits only if that must be read. */
  prepare(delivery: Delivery): Promise<void> | undefined
}

/** Older than every state: whoever finds this reads again. */
const stale = -1

/**
 * Who on this node hears which conversation. Each conversation is remembered with the membershipRev at which its
 * listeners were read; an event that carries a later one is not delivered before they are right again. So nothing that
 * happened after a removal can reach the removed, even if this node never heard of the removal.
 */
export function createAudiences(connections: Connections, store: Store): Audiences {
  const knownAt = new Map<string, number>()
  /** How often somebody lost their access: what was read before that may let them in again. */
  let endings = 0

  const enter = async (connection: Connection) => {
    const { user, sessionId } = connection.caller
    // A session that was revoked after it was checked, and before this connection was known here, ends it now.
    const session = sessionId === null ? undefined : await store.sessions.byId(sessionId)
    if (session && session.revoked_at !== null) return connection.end('revoked')
    const before = endings
    const heard = await store.memberships.heardBy([user.id])
    for (const { conversation_id, membership_rev } of heard) {
      const known = knownAt.get(conversation_id) ?? membership_rev
      // If others here know a later state, this list may be too old for it: the next event reads again.
      knownAt.set(conversation_id, known > membership_rev || endings !== before ? stale : known)
    }
    connection.hear(heard.map((row) => row.conversation_id))
  }

  const admit = (userId: string, conversationId: string, isMember: boolean) => {
    for (const connection of connections.of(userId)) {
      if (isMember) connection.hear([conversationId])
      else connection.stopHearing(conversationId)
    }
  }

  const readAgain = async (conversationId: string, membershipRev: number, retry: () => Promise<void> | undefined) => {
    const known = knownAt.get(conversationId) ?? stale
    const before = endings
    const members = new Set(await store.memberships.activeUserIds(conversationId))
    // While this was read, somebody else put it right, perhaps from a later state, or somebody lost their access.
    if ((knownAt.get(conversationId) ?? stale) !== known || endings !== before) return retry()
    for (const userId of connections.userIds()) admit(userId, conversationId, members.has(userId))
    knownAt.set(conversationId, Math.max(known, membershipRev))
  }

  const bringTo = (conversationId: string, membershipRev: number): Promise<void> | undefined => {
    const known = knownAt.get(conversationId)
    // Nobody here hears it, or those who do are known at this state or a later one.
    if (known === undefined || known >= membershipRev) return
    return readAgain(conversationId, membershipRev, () => bringTo(conversationId, membershipRev))
  }

  const prepare = (delivery: Delivery): Promise<void> | undefined => {
    const { audience, payload } = delivery
    if (!('membershipRev' in audience)) return
    const { membershipRev, membershipRevBefore } = audience
    const conversationId = audience.channels[0].id
    if (membershipRevBefore === undefined) return bringTo(conversationId, membershipRev)
    const known = knownAt.get(conversationId)
    if (known !== undefined && known !== membershipRevBefore) {
      return readAgain(conversationId, membershipRev, () => prepare(delivery))
    }
    for (const { userId, state } of membershipsIn(payload)) admit(userId, conversationId, state === 'active')
    knownAt.set(conversationId, membershipRev)
  }

  const endAccess = (deliveries: readonly Delivery[]) => {
    for (const { audience, payload } of deliveries) {
      for (const { kind, id } of audience.channels) if (kind === 'session') connections.endSessions([id])
      if (!('membershipRevBefore' in audience)) continue
      const { membershipRev } = audience
      const conversationId = audience.channels[0].id
      // Who is known from a later state may have come in again.
      if ((knownAt.get(conversationId) ?? stale) >= membershipRev) continue
      for (const { userId, state } of membershipsIn(payload)) {
        if (state === 'active') continue
        endings++
        admit(userId, conversationId, false)
      }
    }
  }

  return { enter, forget: (conversationId) => void knownAt.delete(conversationId), endAccess, bringTo, prepare }
}

const membershipsIn = (payload: Delivery['payload']): readonly Membership[] =>
  'memberships' in payload ? (payload.memberships ?? []) : []
