import type { EventName } from '@parley/protocol'
import type { Logger } from 'pino'
import type { Delivery } from './delivery.ts'

type Listener<N extends EventName = EventName> = (deliveries: readonly Delivery<N>[]) => void | Promise<void>

/** Hands events to the listeners on this node: the sockets, and features that react to each other. */
export interface Deliver {
  /** All that a commit produced, in order and in one turn, so that the frames of a socket leave together. */
  (deliveries: readonly Delivery[]): Promise<void>
  /**
   * Hands everything to the listener; with names, the events of these names alone, and before others get everything. The
   * returned function ends it.
   */
  listen<N extends EventName>(listener: Listener<N>, names?: readonly N[]): () => void
}

interface Entry {
  names: readonly EventName[] | undefined
  listener: Listener
}

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
        // What was committed stays committed: a client that misses its event finds the gap and syncs.
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
