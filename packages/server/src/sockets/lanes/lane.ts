import type { Logger } from 'pino'
import { sliceOrder } from '../../core/limits/slice-order.ts'

const mostWaiting = 1_000

/**
 * What must be looked up before it can be told. Nothing waits for that: it has a queue of its own, whose oldest entries are
 * dropped when there are too many.
 */
export interface Lane<T> {
  add(entry: T): void
}

/** `failed`: what the log says of an entry that could not be told. */
export function createLane<T>(tell: (entry: T) => Promise<void>, log: Logger, failed: string): Lane<T> {
  const waiting: T[] = []
  let isRunning = false

  const run = async () => {
    isRunning = true
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await sliceOrder.next()
      await tell(next).catch((err: unknown) => log.warn({ err }, failed))
    }
    isRunning = false
  }

  return {
    add: (entry) => {
      waiting.push(entry)
      if (waiting.length > mostWaiting) waiting.shift()
      if (!isRunning) void run()
    },
  }
}
