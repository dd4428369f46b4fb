import { OperationError } from '../core/operation-error.ts'

/** The most queries of one connection that run at the same time, and that wait. */
const most = { running: 4, waiting: 1_000 }

/**
 * Queues the queries of a connection, so that a client can send many at once: four run at the same time, up to 1,000
 * wait, in their order. None is begun while the connection lags (`drained` returns a promise), so that no more answers
 * wait in memory than queries run at the same time.
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

  /**
   * Calls `answer`, which runs a query, writes its answer and must not reject, when it is its turn, perhaps at once.
   * Returns false, and never calls it, if too many wait.
   */
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

  /** An array keeps the memory of its former entries, which would last as long as the connection. */
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

/** Makes the refusal of a query that `QueryTurns` did not take: `rate_limited`, to be tried again after a second. */
export const tooManyQueries = (): OperationError =>
  new OperationError('rate_limited', 'Too many of your queries wait for their answer.', retryMs)
