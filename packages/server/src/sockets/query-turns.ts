import { OperationError } from '../core/operation-error.ts'

/** Queries of one connection that run at once, and that wait for their turn. */
const most = { running: 4, waiting: 1_000 }

/** Runs a query, up to the writing of its answer, when it is its turn; false if too many wait. */
export type QueryTurns = (answer: () => Promise<void>) => boolean

/**
 * Lets a client ask for much at once, and makes the answers as fast as they are read: none is begun while the connection
 * lags, so that of its answers no more wait in memory than run at once.
 *
 * @example
 * const takeTurn = createQueryTurns(() => drained(socket.conn))
 * if (!takeTurn(async () => answer(await runOperation(name, input, caller)))) answer(refusal)
 */
export function createQueryTurns(drained: () => Promise<void> | undefined): QueryTurns {
  const waiting: (() => Promise<void>)[] = []
  let running = 0
  let isLagging = false

  const next = () => {
    while (!isLagging && running < most.running) {
      const lag = drained()
      if (lag) {
        isLagging = true
        return void lag.then(() => {
          isLagging = false
          next()
        })
      }
      const answer = waiting.shift()
      if (!answer) return
      running += 1
      void answer().finally(() => {
        running -= 1
        next()
      })
    }
  }

  return (answer) => {
    if (waiting.length >= most.waiting) return false
    waiting.push(answer)
    next()
    return true
  }
}

const retryMs = 1_000

export const tooManyQueries = (): OperationError =>
  new OperationError('rate_limited', 'Too many of your queries wait for their answer.', retryMs)
