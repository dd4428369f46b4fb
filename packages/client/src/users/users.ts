import type { User } from '@parley/protocol'
import { applyUsers } from '../cache/cache.ts'
import type { Users } from '../chat.ts'
import { type ClientContext, read, update } from '../client-context.ts'

export function createUsers(context: ClientContext): Users {
  const taken = (user: User) => {
    update(context, (state) => applyUsers(state, [user]))
    return user
  }
  return {
    me: async (options) => taken((await read(context, 'user.me', {}, options)).user),
    async search(query, { limit, signal } = {}) {
      const input = limit === undefined ? { query } : { query, limit }
      return (await read(context, 'user.search', input, { signal })).users
    },
    get: async (userId, options) => taken((await read(context, 'user.get', { userId }, options)).user),
    update: async (changes, options) => taken((await context.call('user.update', changes, options)).user),
  }
}
