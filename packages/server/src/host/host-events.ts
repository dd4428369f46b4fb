import { type DurableEventName, eventNames, events, type Payload } from '@parley/protocol'
import type { Logger } from 'pino'
import type { OnCommit } from '../core/commit/group-commit.ts'
import type { Delivery } from '../core/delivery.ts'

/** The events that a host can listen to: all durable events of conversations. */
export type HostEventName = Exclude<DurableEventName, 'account.updated'>

export interface HostEvents {
  /**
   * Calls the listener with each event of this name once, on the node that commits it: with several nodes, listen on
   * each. The calls come after the commit and after the answer to the request, in the order of the commits; they are
   * not awaited, and their errors are logged. If a node is killed, events of its last commits may be missing. Returns a
   * function that removes the listener.
   *
   * @example
   * const stop = parley.on('message.created', ({ conversationId, messages }) => index(conversationId, messages))
   */
  on<N extends HostEventName>(name: N, listener: (payload: Payload<N>) => unknown): () => void
}

interface Entry {
  name: HostEventName
  listener(payload: unknown): unknown
}

/**
 * Makes `parley.on`. While there are listeners, `commits` contains one callback of this, which calls them once the
 * answers of a commit have left, each with a copy of the event; it does not await them, and logs their errors. `on`
 * throws a TypeError for a name that is not one of a host's events, and for a listener that is no function. A listener
 * that is added twice is called twice, until each is removed by the function that `on` returned.
 */
export function createHostEvents(commits: Set<OnCommit>, log: Logger): HostEvents {
  const entries = new Set<Entry>()

  const call = async ({ name, listener }: Entry, payload: unknown) => {
    try {
      // A copy: the same payload may still be on its way to the sockets, and to other listeners.
      await listener(structuredClone(payload))
    } catch (err) {
      log.error({ err, event: name }, 'a listener of the host application failed')
    }
  }

  const callListeners = (deliveries: readonly Delivery[]) => {
    for (const { name, payload } of deliveries) {
      for (const entry of entries) if (entry.name === name) void call(entry, payload)
    }
  }

  const onCommit: OnCommit = (_jobs, _seconds, deliveries) => {
    const wanted = deliveries.filter(({ name }) => [...entries].some((entry) => entry.name === name))
    // Answers and frames leave first.
    if (wanted.length > 0) setImmediate(callListeners, wanted)
  }

  return {
    on: (name, listener) => {
      if (!isHostEvent(name)) throw new TypeError(`There is no event "${name}" that a host could listen to.`)
      if (typeof listener !== 'function') throw new TypeError('The listener is no function.')
      const entry: Entry = { name, listener: listener as Entry['listener'] }
      entries.add(entry)
      commits.add(onCommit)
      return () => {
        entries.delete(entry)
        if (entries.size === 0) commits.delete(onCommit)
      }
    },
  }
}

const isHostEvent = (name: string): boolean =>
  (eventNames as string[]).includes(name) && events[name as HostEventName].durable && name !== 'account.updated'
