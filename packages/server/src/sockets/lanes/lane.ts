import type { Logger } from 'pino'
import { sliceOrder } from '../../core/limits/slice-order.ts'

const mostWaiting = 1_000

/**
 * A queue for events that need a lookup before they can be sent, so that no other event waits for them. If too many
 * wait, the oldest are dropped.
 */
export interface Lane<T> {
  add(entry: T): void
}

/** Sends one entry after the other. If `send` rejects, the entry is dropped, and `failed` is the message in the log. */
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
