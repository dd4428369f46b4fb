import { ChatError } from '../chat-error.ts'
import type { Clock } from '../environment.ts'
import type { Line } from './socket-line.ts'

interface Waiter {
  beforeSync: boolean
  go(line: Line): void
  fail(error: unknown): void
}

/** Calls that wait for a connection. Those with `beforeSync` run once connected; the others wait for the first sync. */
export class LineQueue {
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #waiting = new Set<Waiter>()

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  next(beforeSync: boolean, signal: AbortSignal | undefined): Promise<Line> {
    return new Promise((resolve, reject) => {
      const abort = () => waiter.fail(signal?.reason)
      const leave = () => {
        this.#waiting.delete(waiter)
        signal?.removeEventListener('abort', abort)
        cancel()
      }
      const waiter: Waiter = {
        beforeSync,
        go: (line) => {
          leave()
          resolve(line)
        },
        fail: (error) => {
          leave()
          reject(error)
        },
      }
      const late = () => waiter.fail(new ChatError('timed_out', 'There was no connection in time.'))
      const cancel = this.#clock.after(this.#timeoutMs, late)
      this.#waiting.add(waiter)
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  release(line: Line, onlyBeforeSync: boolean): void {
    for (const waiter of [...this.#waiting]) if (waiter.beforeSync || !onlyBeforeSync) waiter.go(line)
  }

  fail(error: unknown): void {
    for (const waiter of [...this.#waiting]) waiter.fail(error)
  }
}
