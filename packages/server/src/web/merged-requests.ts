import { setTimeout as pause } from 'node:timers/promises'
import { errorCatalogue } from '@parley/protocol'
import { type Answer, PlanError } from '../dialects/dialect.ts'

/** Requests of one caller that may wait to be merged, that are planned together, and how often one is tried. */
const most = { waiting: 1_000, together: 500, tries: 5 }

interface Waiting {
  value: unknown
  tries: number
  settle: PromiseWithResolvers<Answer>
}

type PlanAll = (values: readonly unknown[]) => Promise<readonly (Answer | PlanError)[]>

/** Gathers requests while those before them are planned, and plans all that wait together. */
export interface MergedRequests {
  /** `key` names the caller and what is asked. Throws the PlanError of this one. */
  add(key: string, value: unknown, planAll: PlanAll): Promise<Answer>
}

/**
 * As with marks on a socket: a client that marks each of many messages by itself asks for one thing, so what is refused
 * because it is too fast waits and is tried again, together with what has come meanwhile.
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

/** `ended` is called in the very turn in which nothing waits any more: what comes after it begins anew. */
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
