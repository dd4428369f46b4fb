import { OperationError } from '../core/operation-error.ts'

/** Runs the work when it is the key's turn; resolves or rejects as the work does. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>

interface Queue {
  running: number
  waiting: (() => void)[]
}

/**
 * Makes a function that runs at most `atOnce` works of one key at a time; others wait in order. It settles as the work
 * does, or rejects with `unavailable`, without running the work, if `mostWaiting` already wait under the key.
 */
export function createTurns(atOnce: number, mostWaiting: number): InTurn {
  const queues = new Map<string, Queue>()
  return async (key, work) => {
    const queue = queues.get(key) ?? { running: 0, waiting: [] }
    queues.set(key, queue)
    if (queue.running < atOnce) queue.running++
    else if (queue.waiting.length >= mostWaiting) throw tooMany()
    else await new Promise<void>((resolve) => queue.waiting.push(resolve))
    try {
      return await work()
    } finally {
      // The next one takes this place, so `running` stays the same.
      const next = queue.waiting.shift()
      if (next) next()
      else if (--queue.running === 0) queues.delete(key)
    }
  }
}

const retryMs = 2_000

/**
 * Makes (does not throw) the error `unavailable`, which asks the client to wait 2 to 4 seconds, at random, so that
 * clients do not all come back at once.
 */
export const tooMany = () =>
  new OperationError('unavailable', 'Too many users sign in at once.', retryMs + Math.round(Math.random() * retryMs))
