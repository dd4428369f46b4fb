import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { CountTogether } from '../../core/limits/strict-meter.ts'
import type { RedisLink } from './redis-link.ts'

/**
 * Makes a function that adds points to a key's count in Redis, which all nodes with this prefix share, in windows that
 * begin with the first point. It refuses nothing: it resolves with the new count and the time until the window ends, or
 * with undefined if Redis does not answer, and never rejects. The first `seconds` of a name hold for all its keys.
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
