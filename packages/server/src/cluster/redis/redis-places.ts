import type { SharedPlaces } from '../../core/foreign-position.ts'
import type { RedisLink } from './redis-link.ts'

/** Keeps numbers in Redis, for all nodes with this prefix. While Redis is away, it keeps and finds none. */
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
