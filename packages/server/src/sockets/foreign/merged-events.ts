import type { Socket } from 'socket.io'
import type { Together } from '../../dialects/dialect.ts'
import type { PlannedEvent } from './foreign-event.ts'

/** Events of one socket that may wait to be merged, that are planned together, and how often one is tried. */
const most = { waiting: 5_000, together: 500, tries: 5 }

export interface Merged {
  together: Together
  /** What counts of its argument. */
  value: unknown
}

interface MergedEventOptions<E extends Merged> {
  /** Resolves when the events that came earlier and are not merged are done. */
  before: () => Promise<unknown>
  plan: (together: Together, events: readonly E[]) => Promise<readonly PlannedEvent[]>
  answer: (event: E, outcome: PlannedEvent) => Promise<void>
}

/** Gathers events while those before them are planned, and plans all that wait together. */
export interface MergedEvents<E extends Merged> {
  add(event: E): Promise<void>
  isFull(): boolean
}

/**
 * A client that marks each of many messages by itself is faster than its budget, and asks for one thing: so what is refused
 * for that reason waits and is tried again, together with what has come meanwhile.
 */
export function createMergedEvents<E extends Merged>(
  socket: Socket,
  { before, plan, answer }: MergedEventOptions<E>,
): MergedEvents<E> {
  const tries = new WeakMap<E, number>()
  let queue: E[] = []
  let isRunning = false

  const take = (): E[] => {
    const { together } = queue[0] as E
    const end = queue.findIndex((event, at) => event.together !== together || at === most.together)
    return queue.splice(0, end < 0 ? queue.length : end)
  }

  /** Answers them, but for those that are tried again: how long these wait. */
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
    return waitMs
  }

  const run = async () => {
    isRunning = true
    try {
      while (queue.length > 0 && socket.connected) {
        await before()
        const events = take()
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
      if (!isRunning) await run()
    },
    isFull: () => queue.length >= most.waiting,
  }
}

/** Ends early when the socket is gone. */
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
