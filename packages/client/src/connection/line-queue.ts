import { abortable } from '../abortable.ts'
import { ChatError } from '../chat-error.ts'
import type { Clock } from '../environment.ts'
import type { Line } from './socket-line.ts'

interface Waiter {
  beforeSync: boolean
  go(line: Line): void
  fail(error: unknown): void
}

/**
 * Calls that wait for a connection. Those with `beforeSync` run once connected; the others wait for the first sync. It
 * keeps no line: the owner calls `release` for each new one, and `fail` when there will be none.
 */
export class LineQueue {
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #waiting = new Set<Waiter>()

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  /**
   * Waits for the next `release` of its kind, and resolves with the line. Rejects with `timed_out` after the time
   * limit, which begins now; with the error of `fail`; or with the reason of `signal`.
   */
  next(beforeSync: boolean, signal: AbortSignal | undefined): Promise<Line> {
    return abortable(signal, (go, fail) => {
      const waiter: Waiter = { beforeSync, go, fail }
      const late = () => fail(new ChatError('timed_out', 'There was no connection in time.'))
      const cancel = this.#clock.after(this.#timeoutMs, late)
      this.#waiting.add(waiter)
      return () => {
        this.#waiting.delete(waiter)
        cancel()
      }
    })
  }

  /**
   * Gives the line to all who wait now, or only to those with `beforeSync`. A call of `next` after this waits for
   * another line.
   */
  release(line: Line, onlyBeforeSync: boolean): void {
    for (const waiter of [...this.#waiting]) if (waiter.beforeSync || !onlyBeforeSync) waiter.go(line)
  }

  /** Rejects all that wait now with this error. A call of `next` after this waits again. */
  fail(error: unknown): void {
    for (const waiter of [...this.#waiting]) waiter.fail(error)
  }
}
