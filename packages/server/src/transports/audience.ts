import type { Membership } from '@parley/protocol'
import type { ConversationAudience, Delivery } from '../core/deliver.ts'
import type { Store } from '../storage/store.ts'
import type { Connection, Connections } from './connection.ts'
import type { PresenceLane } from './presence-lane.ts'

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
    if (!('conversationId' in audience)) return
    const { conversationId, membershipRev, membershipRevBefore } = audience
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
      if ('sessionIds' in audience) connections.endSessions(audience.sessionIds)
      if (!('membershipRevBefore' in audience)) continue
      const { conversationId, membershipRev } = audience
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

/** What is sent to the sockets that hear a conversation or an account; presence has a lane of its own. */
export type Send = (delivery: Delivery, audience: ConversationAudience | { userId: string }) => void

interface Parts {
  audiences: Audiences
  connections: Connections
  /** One for each namespace. */
  sends: readonly Send[]
  presence: Pick<PresenceLane, 'add'>
}

/**
 * Tells every namespace what a commit produced, in order and within one turn. One that fails stops no other. Where it
 * must be read first who may listen, what comes after that waits too, so that it is not overtaken; only then is there
 * something to wait for.
 */
export function broadcast({ audiences, connections, sends, presence }: Parts) {
  let last: Promise<unknown> | undefined

  const send = (delivery: Delivery) => {
    const { audience } = delivery
    if ('conversationId' in audience || 'userId' in audience) for (const each of sends) each(delivery, audience)
    else if (delivery.name === 'presence.updated') presence.add(delivery.payload)
  }

  const pass = (deliveries: readonly Delivery[], from = 0, failures: unknown[] = []): Promise<void> | undefined => {
    for (let at = from; at < deliveries.length; at++) {
      const delivery = deliveries[at] as Delivery
      try {
        const reading = audiences.prepare(delivery)
        if (reading) {
          const sent = reading.then(() => send(delivery)).catch((failure) => void failures.push(failure))
          return sent.then(() => pass(deliveries, at + 1, failures))
        }
        send(delivery)
      } catch (failure) {
        failures.push(failure)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures)
  }

  return (deliveries: readonly Delivery[]): Promise<void> | undefined => {
    audiences.endAccess(deliveries)
    for (const { payload, audience } of deliveries) {
      // A changed profile is what the user's own sockets speak with from now on.
      if ('userId' in audience && 'user' in payload && payload.user) connections.refresh(payload.user)
    }
    const passing = last ? last.then(() => pass(deliveries)) : pass(deliveries)
    if (!passing) return
    const done = passing
      .catch(() => {})
      .finally(() => {
        if (last === done) last = undefined
      })
    last = done
    return passing
  }
}
