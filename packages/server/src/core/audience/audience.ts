import type { Store } from '../../storage/store.ts'
import type { Connection, Connections } from '../connections.ts'
import type { Delivery } from '../delivery.ts'
import {
  type AudienceState,
  admit,
  enter,
  forgetUnheard,
  markKnown,
  membershipsIn,
  readAgain,
  stale,
} from './audience-reading.ts'

export interface Audiences {
  /** Makes a connection hear all conversations of its user; ends it if its session or its user's access has ended. */
  enter(connection: Connection): Promise<void>
  /** Call this when the first socket of this node hears the conversation. */
  heard(conversationId: string): void
  /** Call this when the last socket of this node that heard the conversation is gone. */
  forget(conversationId: string): void
  /**
   * Applies what these deliveries end at once, before answers and before deliveries that wait: removed members stop
   * hearing the conversation, and the connections of ended sessions and accesses are ended.
   */
  endAccess(deliveries: readonly Delivery[]): void
  /** Refreshes the listeners of a conversation to this membershipRev or a later one; waits only if they must be read. */
  bringTo(conversationId: string, membershipRev: number): Promise<void> | undefined
  /** Refreshes the listeners of a conversation for its next event; waits only if they must be read, else undefined. */
  prepare(delivery: Delivery): Promise<void> | undefined
}

/**
 * Decides which connections of this node hear which conversation. The caller reports by `heard` and `forget`, and sends
 * an event once `prepare` for it is done, which refreshes listeners that were read at an older membershipRev. So no
 * event after a removal reaches the removed member, even if this node missed it. `prepare` rejects if a read fails.
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
  // No socket here hears it, or its listeners were read at this state or a later one.
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
  markKnown(state, conversationId, membershipRev)
  forgetUnheard(state)
}

function endAccess(state: AudienceState, deliveries: readonly Delivery[]): void {
  const { connections, knownAt } = state
  for (const { audience, payload } of deliveries) {
    if (audience.channels[0]?.kind !== 'conversation') connections.endAccess(audience)
    if (!('membershipRevBefore' in audience)) continue
    const conversationId = audience.channels[0].id
    // In a later state, the removed member may have joined again.
    if ((knownAt.get(conversationId) ?? stale) >= audience.membershipRev) continue
    for (const membership of membershipsIn(payload)) {
      if (membership.state === 'active') continue
      state.endings++
      admit(connections, membership.userId, conversationId, false)
    }
  }
}
