import type { SharedPlaces } from '../../core/foreign-position.ts'
import type { RedisLink } from './redis-link.ts'

/**
 * Makes `keep`, which stores a number in Redis for some seconds, for all nodes with this prefix, and `find`, which
 * resolves with it, or with undefined. Neither rejects: without Redis nothing is kept or found.
 */
export const createRedisPlaces = ({ commands }: RedisLink, prefix: string): SharedPlaces => ({
  keep: (key, place, seconds) =>
    commands.set(`${prefix}place:${key}`, place, 'EX', seconds).then(
      () => {},
      () => {},
    ),
  find: async (key) => {
    const found = await commands.get(`${prefix}place:${key}`).catch(() => null)
    return found === null ? undefined : Number(found)
  },
})
