import type { EventName } from '@parley/protocol'
import type { Logger } from 'pino'
import type { Delivery } from './delivery.ts'

type Listener<N extends EventName = EventName> = (deliveries: readonly Delivery<N>[]) => void | Promise<void>

/** Hands events to the listeners on this node: the sockets, and features that react to each other. */
export interface Deliver {
  /** Delivers the events of a commit, in order, and in one turn if no listener returns a promise. Never rejects. */
  (deliveries: readonly Delivery[]): Promise<void>
  /** Calls the listener with all events or, before those listeners, with events of `names`. Returns its removal. */
  listen<N extends EventName>(listener: Listener<N>, names?: readonly N[]): () => void
}

interface Entry {
  names: readonly EventName[] | undefined
  listener: Listener
}

/**
 * Makes the function that calls one listener after the other, those with `names` first, once each with the events of a
 * commit, and awaits it. It skips one without events, logs errors and goes on. Two commits may overlap.
 */
export function createDeliver(log: Logger): Deliver {
  let entries: readonly Entry[] = []
  const deliver = async (deliveries: readonly Delivery[]) => {
    for (const { names, listener } of entries) {
      const heard = names ? deliveries.filter(({ name }) => names.includes(name)) : deliveries
      if (heard.length === 0) continue
      try {
        const waiting = listener(heard)
        if (waiting) await waiting
      } catch (error) {
        log.error({ err: error }, 'delivery failed')
      }
    }
  }
  const listen: Deliver['listen'] = (listener, names) => {
    const entry: Entry = { names, listener: listener as Listener }
    entries = names ? [entry, ...entries] : [...entries, entry]
    return () => {
      entries = entries.filter((one) => one !== entry)
    }
  }
  return Object.assign(deliver, { listen })
}
