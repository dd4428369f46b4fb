import type { Presence } from '@parley/protocol'
import type { Connections } from '../connections.ts'
import type { Audience, Delivery } from '../delivery.ts'
import type { Audiences } from './audience.ts'

/** Sends an event to the sockets of one namespace that are on its channels. */
export type Send = (delivery: Delivery) => void

export interface Namespace {
  sockets: { readonly size: number }
  send: Send
}

interface BroadcastOptions {
  audiences: Audiences
  connections: Connections
  namespaces: readonly Namespace[]
  presence: { add(presence: Presence, audience: Audience): void }
}

/**
 * Makes the function that ends lost access, renews callers' profiles, then sends a commit's events in all namespaces,
 * in order, in one turn; presence goes to its lane, `session.ended` nowhere. If some fail, it sends the others and then
 * throws an AggregateError. Reading an audience delays it and later events: then it returns a promise that may reject.
 */
export function broadcast({ audiences, connections, namespaces, presence }: BroadcastOptions) {
  let last: Promise<unknown> | undefined

  const send = (delivery: Delivery) => {
    if (delivery.name === 'presence.updated') presence.add(delivery.payload, delivery.audience)
    // A connection that is ended tells its client so itself.
    else if (delivery.name !== 'session.ended') {
      // Where no foreign socket is connected, dialects cost nothing.
      for (const namespace of namespaces) if (namespace.sockets.size > 0) namespace.send(delivery)
    }
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
      // From now on, operations of the user's own sockets carry the changed profile.
      if ('user' in payload && payload.user && audience.channels[0]?.kind === 'user') connections.refresh(payload.user)
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
