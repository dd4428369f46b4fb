import { OperationError } from '../core/operation-error.ts'

/** Queries of one connection that run at once, and that wait for their turn. */
const most = { running: 4, waiting: 1_000 }

/**
 * Lets a client ask for much at once, and makes the answers as fast as they are read: none is begun while the connection
 * lags, so that of its answers no more wait in memory than run at once.
 *
 * @example
 * const turns = new QueryTurns(() => drained(socket.conn))
 * if (!turns.take(async () => answer(await runOperation(name, input, caller)))) answer(refusal)
 */
export class QueryTurns {
  readonly #drained: () => Promise<void> | undefined
  #waiting: (() => Promise<void>)[] = []
  #running = 0
  #isLagging = false

  constructor(drained: () => Promise<void> | undefined) {
    this.#drained = drained
  }

  /** Runs a query, up to the writing of its answer, when it is its turn; false if too many wait. */
  take(answer: () => Promise<void>): boolean {
    if (this.#waiting.length >= most.waiting) return false
    this.#waiting.push(answer)
    this.#next()
    return true
  }

  #next(): void {
    while (!this.#isLagging && this.#running < most.running) {
      const lag = this.#drained()
      if (lag) return void this.#waitFor(lag)
      const answer = this.#waiting.shift()
      if (!answer) return void this.#forgetRoom()
      this.#running += 1
      void answer().finally(() => {
        this.#running -= 1
        this.#next()
      })
    }
  }

  /** An array keeps the room of what it held, here for as long as the connection lasts. */
  #forgetRoom(): void {
    this.#waiting = []
  }

  #waitFor(lag: Promise<void>): void {
    this.#isLagging = true
    void lag.then(() => {
      this.#isLagging = false
      this.#next()
    })
  }
}

const retryMs = 1_000

export const tooManyQueries = (): OperationError =>
  new OperationError('rate_limited', 'Too many of your queries wait for their answer.', retryMs)
