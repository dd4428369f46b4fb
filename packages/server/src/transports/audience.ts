import type { ConversationAudience, Delivery } from '../core/deliver.ts'
import type { Store } from '../storage/store.ts'
import type { Connection, Connections } from './connection.ts'

export interface Audiences {
  /** Lets a connection hear every conversation its user is in. */
  enter(connection: Connection): Promise<void>
  /** Nobody on this node hears the conversation any more. */
  forget(conversationId: string): void
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

  const enter = async (connection: Connection) => {
    const { user, sessionId } = connection.caller
    // A session that was revoked after it was checked, and before this connection was known here, ends it now.
    const session = sessionId === null ? undefined : await store.sessions.byId(sessionId)
    if (session && session.revoked_at !== null) return connection.end('revoked')
    const heard = await store.memberships.heardBy(user.id)
    for (const { conversation_id, membership_rev } of heard) {
      const known = knownAt.get(conversation_id) ?? membership_rev
      // If others here know a later state, this list may be too old for it: the next event reads again.
      knownAt.set(conversation_id, known > membership_rev ? stale : known)
    }
    connection.hear(heard.map((row) => row.conversation_id))
  }

  const admit = (userId: string, conversationId: string, isMember: boolean) => {
    for (const connection of connections.of(userId)) {
      if (isMember) connection.hear([conversationId])
      else connection.stopHearing(conversationId)
    }
  }

  const readAgain = async (delivery: Delivery, { conversationId, membershipRev }: ConversationAudience) => {
    const known = knownAt.get(conversationId) ?? stale
    const members = new Set(await store.memberships.activeUserIds(conversationId))
    // While this was read, somebody else put it right, perhaps from a later state.
    if ((knownAt.get(conversationId) ?? stale) !== known) return prepare(delivery)
    for (const userId of connections.userIds()) admit(userId, conversationId, members.has(userId))
    knownAt.set(conversationId, Math.max(known, membershipRev))
  }

  const prepare = (delivery: Delivery): Promise<void> | undefined => {
    const { audience, payload } = delivery
    if (!('conversationId' in audience)) return
    const { conversationId, membershipRev, membershipRevBefore } = audience
    const known = knownAt.get(conversationId)
    if (membershipRevBefore === undefined) {
      // Nobody here hears it, or those who do are known at this state or a later one.
      return known === undefined || known >= membershipRev ? undefined : readAgain(delivery, audience)
    }
    if (known !== undefined && known !== membershipRevBefore) return readAgain(delivery, audience)
    const changed = 'memberships' in payload ? (payload.memberships ?? []) : []
    for (const { userId, state } of changed) admit(userId, conversationId, state === 'active')
    knownAt.set(conversationId, membershipRev)
  }

  return { enter, forget: (conversationId) => void knownAt.delete(conversationId), prepare }
}

/** Gives a delivery to the sockets of one namespace; waits only if it must look something up. */
export type Send = (delivery: Delivery) => Promise<void> | undefined

/**
 * Tells every namespace what a commit produced, in order and within one turn. One that fails stops no other, and what
 * must be looked something up for is not overtaken by what comes after it.
 */
export function broadcast(audiences: Audiences, connections: Connections, sends: readonly Send[]) {
  let last: Promise<void> | undefined
  const tell = async (deliveries: readonly Delivery[]): Promise<void> => {
    const failures: unknown[] = []
    for (const delivery of deliveries) {
      try {
        const waiting = audiences.prepare(delivery)
        if (waiting) await waiting
        for (const send of sends) {
          const looking = send(delivery)
          if (looking) await looking
        }
      } catch (failure) {
        failures.push(failure)
      }
      apply(delivery, connections)
    }
    if (failures.length > 0) throw new AggregateError(failures)
  }
  return (deliveries: readonly Delivery[]): Promise<void> => {
    const told = last ? last.then(() => tell(deliveries)) : tell(deliveries)
    const done = told
      .catch(() => {})
      .finally(() => {
        if (last === done) last = undefined
      })
    last = done
    return told
  }
}

/** What some deliveries change about the connections themselves. */
function apply({ payload, audience }: Delivery, connections: Connections): void {
  if ('userId' in audience && 'user' in payload && payload.user) connections.refresh(payload.user)
  if ('sessionIds' in audience) connections.endSessions(audience.sessionIds)
}
