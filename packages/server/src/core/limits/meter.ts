import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { OperationError } from '../operation-error.ts'
import type { Budget } from './budgets.ts'

/** What all nodes counted together under one key. */
interface Counted {
  points: number
  /** Until the counting begins anew. */
  msBeforeNext: number
}

/** Adds points to what all nodes count in windows of so many seconds; undefined if nobody can say. */
export type CountTogether = (name: string, key: string, points: number, seconds: number) => Promise<Counted | undefined>

/** Counts what was used of one budget, for each key. */
export interface Meter {
  /** Takes points, or throws `rate_limited` with the time to wait. */
  take(key: string, points?: number): Promise<void>
}

export interface StrictMeter extends Meter {
  /** What turned out to cost nothing. */
  giveBack(key: string): Promise<void>
}

const refusal = ({ msBeforeNext }: { msBeforeNext: number }) =>
  new OperationError('rate_limited', undefined, msBeforeNext)

const toRefusal = (cause: unknown): never => {
  throw cause instanceof RateLimiterRes ? refusal(cause) : cause
}

/** Asks all nodes before it answers. What it refuses is not counted, so a budget is never more than spent. */
export function createStrictMeter(name: string, { points: most, duration }: Budget, count: CountTogether): StrictMeter {
  const here = new RateLimiterMemory({ points: most, duration, keyPrefix: name })
  const giveBackHere = async (key: string, points: number) => {
    const { consumedPoints } = await here.reward(key, points)
    // Strangers choose keys, and would fill the memory with those on which nothing was spent.
    if (consumedPoints <= 0) await here.delete(key)
  }
  return {
    take: async (key, points = 1) => {
      await here.consume(key, points).catch(async (cause) => {
        await giveBackHere(key, points)
        return toRefusal(cause)
      })
      const all = await count(name, key, points, duration)
      if (!all || all.points <= most) return
      await Promise.all([giveBackHere(key, points), count(name, key, -points, duration)])
      throw refusal(all)
    },
    giveBack: async (key) => {
      await Promise.all([giveBackHere(key, 1), count(name, key, -1, duration)])
    },
  }
}

/** Answers by this node's own count, and afterwards shares with the other nodes what comes near the budget. */
export function createMeter(name: string, { points: most, duration }: Budget, count: CountTogether): Meter {
  const here = new RateLimiterMemory({ points: most, duration, keyPrefix: name })
  // Most people never come near a budget: of those no other node needs to know.
  const share = createSharing(Math.ceil(most / 3), async (key, used) => {
    const all = await count(name, key, used, duration)
    // Who used the budgets of several nodes waits until one would have been enough.
    if (all && all.points > most) await here.block(key, Math.ceil((duration * all.points) / most))
  })
  return {
    take: async (key, points = 1) => {
      const { consumedPoints } = await here.consume(key, points).catch(toRefusal)
      share(key, consumedPoints, points)
    },
  }
}

/** Milliseconds. */
const shareEvery = 250

/** Tells the other nodes now and then what somebody used here beyond a part of their budget. */
function createSharing(unnoticed: number, tell: (key: string, used: number) => Promise<void>) {
  const used = new Map<string, number>()
  const tellAll = () => {
    const all = [...used]
    used.clear()
    for (const [key, points] of all) void tell(key, points)
  }
  return (key: string, consumed: number, points: number): void => {
    if (consumed < unnoticed) return
    if (used.size === 0) setTimeout(tellAll, shareEvery).unref()
    const isFirst = consumed - points < unnoticed
    used.set(key, isFirst ? consumed : (used.get(key) ?? 0) + points)
  }
}
