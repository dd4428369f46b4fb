import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { OperationError } from '../operation-error.ts'
import type { Budget } from './budgets.ts'

/** What all nodes counted together under one key. */
interface Counted {
  points: number
  /** Milliseconds until the window ends. */
  msBeforeNext: number
}

/**
 * Adds points, or takes some back, in the count that all nodes share, by windows of `seconds`. Resolves with the new
 * count; with undefined on a single node and while Redis is away. Never rejects.
 */
export type CountTogether = (name: string, key: string, points: number, seconds: number) => Promise<Counted | undefined>

/** Counts what was used of one budget, for each key. */
export interface Meter {
  /** Takes points, by default one, or rejects with `rate_limited` and the time to wait. */
  take(key: string, points?: number): Promise<void>
}

export interface StrictMeter extends Meter {
  /** Gives one point back, for what turned out to cost nothing. */
  giveBack(key: string): Promise<void>
}

/** Bounds the wait of a refusal by the length of the window: after the clock was set back, its end seems to be far away. */
const refusal = ({ msBeforeNext }: { msBeforeNext: number }, seconds: number) =>
  new OperationError('rate_limited', undefined, Math.min(msBeforeNext, seconds * 1_000))

/**
 * Makes a handler for rejections of the limiter, which always throws: `rate_limited`, with a wait of `seconds` at most,
 * for a spent budget, and any other cause as it is.
 */
export const toRefusal =
  (seconds: number) =>
  (cause: unknown): never => {
    throw cause instanceof RateLimiterRes ? refusal(cause, seconds) : cause
  }

/**
 * Makes a meter of one budget. `take` counts on this node, then on all nodes together, before it resolves, or rejects
 * with `rate_limited`; if `count` has no answer, this node decides alone. What it refuses is not counted, on this node
 * or on others. `giveBack` takes one point off both counts.
 */
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
        return toRefusal(duration)(cause)
      })
      const all = await count(name, key, points, duration)
      if (!all || all.points <= most) return
      await Promise.all([giveBackHere(key, points), count(name, key, -points, duration)])
      throw refusal(all, duration)
    },
    giveBack: async (key) => {
      await Promise.all([giveBackHere(key, 1), count(name, key, -1, duration)])
    },
  }
}
