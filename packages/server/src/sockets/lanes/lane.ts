import type { Logger } from 'pino'
import { sliceOrder } from '../../core/limits/slice-order.ts'

const mostWaiting = 1_000

/**
 * A queue for events that need a lookup before they can be sent, so that no other event waits for them. If too many
 * wait, the oldest are dropped.
 */
export interface Lane<T> {
  /** Adds an entry behind those that wait. Never throws. */
  add(entry: T): void
}

/**
 * Makes a lane that sends one entry after the other, each after waiting for its next slice. If `send` rejects, the
 * entry is dropped, and `failed` is the message in the log. If more than 1,000 wait, the oldest is dropped without a
 * log. An entry must be truthy: another one would end the run.
 */
export function createLane<T>(send: (entry: T) => Promise<void>, log: Logger, failed: string): Lane<T> {
  const waiting: T[] = []
  let isRunning = false

  const run = async () => {
    isRunning = true
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await sliceOrder.next()
      await send(next).catch((err: unknown) => log.warn({ err }, failed))
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
