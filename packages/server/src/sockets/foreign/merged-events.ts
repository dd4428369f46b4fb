import type { Socket } from 'socket.io'
import type { Together } from '../../dialects/dialect.ts'
import type { PlannedEvent } from './foreign-event.ts'

/** The most events of one socket, by weight, that may wait to be merged and that are planned together; tries of one. */
const most = { waiting: 5_000, together: 500, tries: 5 }

export interface Merged {
  together: Together
  /** The part of its argument that the plan needs. */
  value: unknown
}

interface MergedEventOptions<E extends Merged> {
  /** Resolves when the earlier events that are not merged are done. */
  before: () => Promise<unknown>
  plan: (together: Together, events: readonly E[]) => Promise<readonly PlannedEvent[]>
  /** Must not reject: the events that were planned with this one would get no answer. */
  answer: (event: E, outcome: PlannedEvent) => Promise<void>
}

/** Collects events while earlier ones are planned, and then plans those that wait together. */
export interface MergedEvents<E extends Merged> {
  /**
   * Adds an event, which is planned and answered later. Resolves at once if others are being planned, else when no
   * event waits any more.
   */
  add(event: E): Promise<void>
  /** True if as many events wait as are allowed. `add` takes more all the same. */
  isFull(): boolean
}

/**
 * Merges events of a client that marks each of many messages by itself, although only the last mark counts. While one
 * plan runs, further events wait; then all with the same `together` are planned at once, up to a weight of 500, and
 * each gets its `answer`. Events that are refused as `rate_limited` wait as long as the refusal says, and are tried
 * again, five times in all, together with those that came meanwhile. Events that wait when the socket disconnects are
 * never answered. If `before` or `plan` rejects, so does the `add` that began the work; events that still wait are
 * planned with the next `add`.
 */
export function createMergedEvents<E extends Merged>(
  socket: Socket,
  { before, plan, answer }: MergedEventOptions<E>,
): MergedEvents<E> {
  const tries = new WeakMap<E, number>()
  let queue: E[] = []
  let waiting = 0
  let isRunning = false

  /** Answers all events but those to try again; resolves with the milliseconds before these are tried. */
  const settle = async (events: readonly E[], outcomes: readonly PlannedEvent[]): Promise<number> => {
    const again: E[] = []
    let waitMs = 0
    for (const [at, event] of events.entries()) {
      const outcome = outcomes[at] ?? {}
      const tried = (tries.get(event) ?? 0) + 1
      tries.set(event, tried)
      if (outcome.error?.code === 'rate_limited' && tried < most.tries) {
        again.push(event)
        waitMs = Math.max(waitMs, outcome.error.retryAfterMs ?? 0)
      } else await answer(event, outcome)
    }
    queue = [...again, ...queue]
    waiting += weightOfAll(again)
    return waitMs
  }

  const run = async () => {
    isRunning = true
    try {
      while (queue.length > 0 && socket.connected) {
        await before()
        const events = takeTogether(queue)
        waiting -= weightOfAll(events)
        const waitMs = await settle(events, await plan((events[0] as E).together, events))
        if (waitMs > 0) await pause(socket, waitMs)
      }
    } finally {
      isRunning = false
    }
  }

  return {
    add: async (event) => {
      queue.push(event)
      waiting += weightOf(event)
      if (!isRunning) await run()
    },
    isFull: () => waiting >= most.waiting,
  }
}

/** Takes the first events out of the queue, as many as can be planned together. */
function takeTogether<E extends Merged>(queue: E[]): E[] {
  const [first] = queue
  let weight = 0
  const end = queue.findIndex((event, at) => {
    weight += weightOf(event)
    return event.together !== first?.together || (at > 0 && weight > most.together)
  })
  return queue.splice(0, end < 0 ? queue.length : end)
}

const weightOf = ({ together, value }: Merged): number => Math.max(1, together.weightOf?.(value) ?? 1)

const weightOfAll = (events: readonly Merged[]): number => events.reduce((sum, event) => sum + weightOf(event), 0)

/** Waits this long, or until the socket is gone. */
const pause = (socket: Socket, milliseconds: number) =>
  new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer)
      socket.off('disconnect', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    socket.on('disconnect', end)
  })
