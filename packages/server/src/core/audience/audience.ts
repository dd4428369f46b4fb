import type { Store } from '../../storage/store.ts'
import type { Connection, Connections } from '../connections.ts'
import type { Delivery } from '../delivery.ts'
import {
  type AudienceState,
  admit,
  enter,
  forgetUnheard,
  know,
  membershipsIn,
  readAgain,
  stale,
} from './audience-reading.ts'

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

function endAccess(state: AudienceState, deliveries: readonly Delivery[]): void {
  const { connections, knownAt } = state
  for (const { audience, payload } of deliveries) {
    if (audience.channels[0]?.kind !== 'conversation') connections.endAccess(audience)
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
