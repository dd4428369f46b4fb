import { type DurableEventName, eventNames, events, type Payload } from '@parley/protocol'
import type { Logger } from 'pino'
import type { OnCommit } from '../core/commit/group-commit.ts'
import type { Delivery } from '../core/delivery.ts'

/** What a host hears: everything durable that happens in conversations. */
export type HostEventName = Exclude<DurableEventName, 'account.updated'>

export interface HostEvents {
  /**
   * Calls the listener with each event of this name that was committed, once, on the node where it was committed: where
   * several nodes run, each of them listens. It is called after the commit and after its cause was answered, in the
   * order of the commits, and is not waited for. What it throws is logged. A node that is killed may have told less than it
   * committed. The returned function ends it.
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

/** `commits` is what hears of each commit: the host is in it as long as it listens. */
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

  const tell = (deliveries: readonly Delivery[]) => {
    for (const { name, payload } of deliveries) {
      for (const entry of entries) if (entry.name === name) void call(entry, payload)
    }
  }

  const hearCommit: OnCommit = (_jobs, _seconds, deliveries) => {
    const heard = deliveries.filter(({ name }) => [...entries].some((entry) => entry.name === name))
    // Answers and frames leave first.
    if (heard.length > 0) setImmediate(tell, heard)
  }

  return {
    on: (name, listener) => {
      if (!isHostEvent(name)) throw new TypeError(`There is no event "${name}" that a host could listen to.`)
      if (typeof listener !== 'function') throw new TypeError('The listener is no function.')
      const entry: Entry = { name, listener: listener as Entry['listener'] }
      entries.add(entry)
      commits.add(hearCommit)
      return () => {
        entries.delete(entry)
        if (entries.size === 0) commits.delete(hearCommit)
      }
    },
  }
}

const isHostEvent = (name: string): boolean =>
  (eventNames as string[]).includes(name) && events[name as HostEventName].durable && name !== 'account.updated'
