import { setTimeout as pause } from 'node:timers/promises'
import { errorCatalogue } from '@parley/protocol'
import { type Answer, PlanError } from '../dialects/dialect.ts'

/** The most requests of one caller that wait, that are planned together, and tries of one request. */
const most = { waiting: 1_000, together: 500, tries: 5 }

interface Waiting {
  value: unknown
  tries: number
  settle: PromiseWithResolvers<Answer>
}

type PlanAll = (values: readonly unknown[]) => Promise<readonly (Answer | PlanError)[]>

/** Merges requests of a caller: those that arrive while earlier ones run wait, and are then planned together. */
export interface MergedRequests {
  /**
   * Requests with the same `key` (the caller and the route) are merged; `planAll` of the request that began the queue
   * plans all of them. Resolves with the answer to this one or rejects with its error. If `planAll` rejects, all that
   * it planned reject with that; a `rate_limited` is tried again first. Throws `rate_limited`, without a promise, if a
   * thousand of this key wait or run.
   */
  add(key: string, value: unknown, planAll: PlanAll): Promise<Answer>
}

/**
 * Merges requests with the same key, for clients that send one for each message, such as marking it as read. The first
 * is planned at once; those that arrive while it runs wait, and are planned together, at most 500 at once. `add`
 * settles with the outcome of its own request, or rejects as `planAll` does; it throws a PlanError (`rate_limited`) if
 * 1,000 of the key wait or run. A request that the rate limit refuses is tried again after the longest `retryAfterMs`,
 * for which the whole queue waits; its fifth refusal is its result.
 */
export function createMergedRequests(): MergedRequests {
  const queues = new Map<string, Waiting[]>()
  return {
    add: (key, value, planAll) => {
      const settle = Promise.withResolvers<Answer>()
      const queue = queues.get(key)
      if (queue && queue.length >= most.waiting) throw tooMany()
      if (queue) queue.push({ value, tries: 0, settle })
      else {
        const begun = [{ value, tries: 0, settle }]
        queues.set(key, begun)
        void run(begun, planAll, () => queues.delete(key))
      }
      return settle.promise
    },
  }
}

/**
 * Works the queue off. `ended` is called in the same turn in which the queue becomes empty, so that no request is lost.
 */
async function run(queue: Waiting[], planAll: PlanAll, ended: () => void): Promise<void> {
  while (queue.length > 0) {
    const some = queue.slice(0, most.together)
    const outcomes = await planAll(some.map(({ value }) => value)).catch((error: unknown) => some.map(() => error))
    queue.splice(0, some.length)
    let waitMs = 0
    for (const [at, waiting] of some.entries()) {
      const outcome = outcomes[at]
      const again =
        outcome instanceof PlanError && outcome.error.code === 'rate_limited' && ++waiting.tries < most.tries
      if (again) {
        queue.push(waiting)
        waitMs = Math.max(waitMs, outcome.error.retryAfterMs ?? 0)
      } else if (outcome instanceof Error) waiting.settle.reject(outcome)
      else waiting.settle.resolve(outcome as Answer)
    }
    if (waitMs > 0) await pause(waitMs, undefined, { ref: false })
  }
  ended()
}

const tooMany = () =>
  new PlanError({
    code: 'rate_limited',
    message: errorCatalogue.rate_limited.meaning,
    retryAfterMs: 1_000,
    requestId: '',
  })
