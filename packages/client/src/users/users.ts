import type { Input, Output, User } from '@parley/protocol'
import { emptyRecord } from '../cache/records.ts'
import type { CallOptions } from '../chat.ts'
import { type ClientContext, read, taking } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'
import { applyUsers, takeUser } from './user-rows.ts'

/** A page of a search for people: `limit` (1..100), and `after`, the `next` of the page before. */
export type UserSearchOptions = Omit<Input<'user.search'>, 'query'> & CallOptions

/**
 * People and the profile of this user. Those that the client knows are in the state as `users`; `me`, `get` and
 * `update` put their user there. Promises reject with a ChatError, `not_found` for an unknown id, or with the reason of
 * an abort. Reads are repeated after a lost connection, `update` is not and may have run.
 */
export interface Users {
  /** Asks the server for this user's own profile. */
  me(options?: CallOptions): Promise<User>
  /**
   * The first page of the people whose user name or display name contains `query`; does not put them into the state.
   */
  search(query: string, options?: UserSearchOptions): Promise<User[]>
  /**
   * A page of the people found; its `next`, given as `after`, brings the one behind it. Does not put them into the
   * state.
   */
  searchPage(query: string, options?: UserSearchOptions): Promise<Output<'user.search'>>
  /** Asks the server for a user, also if the state has them. */
  get(userId: string, options?: CallOptions): Promise<User>
  /** Changes this user's own display name or picture. */
  update(changes: Input<'user.update'>, options?: CallOptions): Promise<User>
}

export interface UsersState {
  users: Record<string, User>
}

export const users: ClientFeature<Users, UsersState> = {
  create: createUsers,
  state: {
    initial: { users: emptyRecord },
    survivesReset: true,
  },
  conversationRows: { users: { applyOutside: applyUsers } },
  accountRows: {
    user: { apply: (state, user) => applyUsers(state, [user]) },
    users: { apply: applyUsers },
  },
}

function createUsers(context: ClientContext): Users {
  const taken = async (answer: Promise<{ user: User }>) => (await taking(context, answer, takeUser)).user
  const searchPage: Users['searchPage'] = (query, { signal, ...input } = {}) =>
    read(context, 'user.search', { query, ...input }, { signal })
  return {
    me: (options) => taken(read(context, 'user.me', {}, options)),
    searchPage,
    search: async (query, options) => (await searchPage(query, options)).users,
    get: (userId, options) => taken(read(context, 'user.get', { userId }, options)),
    update: (changes, options) => taken(context.call('user.update', changes, options)),
  }
}
