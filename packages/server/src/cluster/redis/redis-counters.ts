import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { CountTogether } from '../../core/limits/strict-meter.ts'
import type { RedisLink } from './redis-link.ts'

/**
 * Makes a function that adds points to a key's count in Redis, which all nodes with this prefix share, and refuses
 * nothing. It resolves with the new count and the milliseconds until its window ends, after which the count begins
 * again at 0. It resolves with undefined if Redis does not answer, and never rejects. A window begins with the first
 * point of a key; for all keys of a name it lasts as many seconds as the first call with that name says.
 */
export function createRedisCounters({ commands }: RedisLink, prefix: string): CountTogether {
  const counters = new Map<string, RateLimiterRedis>()
  const counterOf = (name: string, seconds: number) => {
    const known = counters.get(name)
    if (known) return known
    const counter = new RateLimiterRedis({
      storeClient: commands,
      keyPrefix: `${prefix}count:${name}`,
      // The counter itself has no limit: the node compares the count with its budgets.
      points: Number.MAX_SAFE_INTEGER,
      duration: seconds,
      rejectIfRedisNotReady: true,
    })
    counters.set(name, counter)
    return counter
  }
  return async (name, key, points, seconds) => {
    try {
      const { consumedPoints, msBeforeNext } = await counterOf(name, seconds).consume(key, points)
      return { points: consumedPoints, msBeforeNext }
    } catch (error) {
      if (error instanceof RateLimiterRes) return { points: error.consumedPoints, msBeforeNext: error.msBeforeNext }
      return undefined
    }
  }
}
