import type { User } from '@parley/protocol'
import { type Kysely, type Selectable, sql } from 'kysely'
import { forMany, hotStatement } from '../../storage/hot-statement.ts'
import { holdRows, isAmong, isInList, listOf, takeTurns } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import { namesKeyOf, userSearchStore } from './user-search-store.ts'
import type { UsersTable } from './user-table.ts'

export type UserRow = Selectable<UsersTable>

/** An active user, whom the server admits. */
export interface Entrant {
  user: User
  /** See `access_rev`. */
  accessRev: number
  /** Whether the user has chosen to appear offline. */
  appearsOffline: boolean
}

/** The user as the server admits them; undefined for a deactivated or suspended user. */
export const toEntrant = (row: UserRow): Entrant | undefined =>
  row.deactivated_at === null && row.suspended_at === null
    ? { user: toUser(row), accessRev: row.access_rev, appearsOffline: row.appears_offline === 1 }
    : undefined

/** The user as clients see it, also a deactivated or erased one. */
export const toUser = (row: Pick<UserRow, 'id' | 'username' | 'display_name' | 'avatar_url' | 'role'>): User => ({
  id: row.id,
  username: row.username,
  displayName: row.display_name,
  avatarUrl: row.avatar_url,
  role: row.role,
})

const hold = holdRows('users')

const byId = hotStatement<{ id: string }, UserRow>((db, { id }) =>
  db.selectFrom('users').selectAll().where('id', '=', id),
)

const byIds = hotStatement<{ ids: unknown }, UserRow>((db, { ids }) =>
  db
    .selectFrom('users')
    .selectAll()
    .where(isInList(db, 'id', ids)),
)

interface Taken {
  id: string
  changes: number
}

// As with conversations, the update locks the row until the commit, so revs follow the order of the commits.
const step = hotStatement<Taken, { rev: number }>((db, { id, changes }) =>
  db
    .updateTable('users')
    .set({ rev: sql`rev + ${changes}` })
    .where('id', '=', id)
    .returning('rev'),
)

const stepAll = forMany<Taken, { rev: number }>(
  step,
  { id: 'text', changes: 'bigint' },
  (given) => sql`update users as u set rev = u.rev + given.changes from ${given} where u.id = given.id
    returning given.at, u.rev`,
)

const lastSeen = hotStatement<{ ids: unknown }, Pick<UserRow, 'id' | 'last_seen_at'>>((db, { ids }) =>
  db
    .selectFrom('users')
    .select(['id', 'last_seen_at'])
    .where(isInList(db, 'id', ids)),
)

const reading = (db: Kysely<Tables>) => ({
  byId: async (id: string): Promise<UserRow | undefined> => (await byId(db, { id }))[0],

  /** Undefined if there is no such user, or the user is deactivated or suspended. */
  entrant: async (id: string): Promise<Entrant | undefined> => {
    const [row] = await byId(db, { id })
    return row && toEntrant(row)
  },

  /** The rows of the users that exist, in any order. */
  rows: (ids: readonly string[]): Promise<UserRow[]> =>
    db
      .selectFrom('users')
      .selectAll()
      .where(isAmong(db, 'id', ids))
      .execute(),

  /** Whether all these users exist and are neither deactivated nor suspended. */
  areReachable: async (ids: readonly string[]): Promise<boolean> => {
    if (ids.length === 0) return true
    const { count } = await db
      .selectFrom('users')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where(isAmong(db, 'id', ids))
      .where('deactivated_at', 'is', null)
      .where('suspended_at', 'is', null)
      .executeTakeFirstOrThrow()
    return Number(count) === new Set(ids).size
  },

  /** Those of these users that exist, also erased and deactivated ones, each once and in any order. */
  byIds: async (ids: Iterable<string>): Promise<User[]> => {
    const wanted = [...new Set(ids)]
    return wanted.length === 0 ? [] : (await byIds(db, { ids: listOf(db, wanted) })).map(toUser)
  },

  /** When these users were last seen, in milliseconds since 1970; null if never. Ids that do not exist are left out. */
  lastSeen: async (ids: readonly string[]): Promise<Map<string, number | null>> => {
    if (ids.length === 0) return new Map()
    const rows = await lastSeen(db, { ids: listOf(db, ids) })
    return new Map(rows.map((row) => [row.id, row.last_seen_at]))
  },

  /** Finds a user by the user name, in which upper and lower case are the same. */
  byUsername: (username: string): Promise<UserRow | undefined> =>
    db.selectFrom('users').selectAll().where('username_key', '=', username.toLowerCase()).executeTakeFirst(),
})

const searching = (db: Kysely<Tables>) => ({
  /** Whether no user has an account at Parley yet. Bots and users of a host application have none. */
  isEmpty: async () =>
    (await db.selectFrom('users').select('id').where('password_hash', 'is not', null).limit(1).execute()).length === 0,
})

export type NewUserRow = Omit<
  UserRow,
  'names_key' | 'appears_offline' | 'access_rev' | 'deactivated_at' | 'suspended_at' | 'erased_at'
>

/** The values of a new user. */
const unset = {
  appears_offline: 0,
  access_rev: 0,
  deactivated_at: null,
  suspended_at: null,
  erased_at: null,
} as const

const writing = (db: Kysely<Tables>) => ({
  /**
   * Stores a new user, who is active and appears online, with the names in the index of the search; resolves with the
   * row.
   */
  insert: async (given: NewUserRow): Promise<UserRow> => {
    const row = { ...given, ...unset, names_key: namesKeyOf(given) }
    await db.insertInto('users').values(row).execute()
    await userSearchStore(db).putNames(undefined, row)
    return row
  },

  /**
   * Increments the access number and returns it, so that earlier connections end once the event is delivered. Stores
   * `deactivatedAt`: if it is not null, later connections are refused too.
   */
  endAccess: async (id: string, deactivatedAt: number | null): Promise<number> => {
    const { access_rev } = await db
      .updateTable('users')
      .set({ access_rev: sql`access_rev + 1`, deactivated_at: deactivatedAt })
      .where('id', '=', id)
      .returning('access_rev')
      .executeTakeFirstOrThrow()
    return access_rev
  },

  /** Locks the creation of the first user until the commit, so that only one transaction creates it. */
  takeTurns: () => takeTurns(db, 'first user'),

  /** Increments the rev of the account and returns it. */
  nextRev: async (id: string): Promise<number> => (await step(db, { id, changes: 1 }))[0]?.rev ?? 0,

  /** Increments the revs of these accounts and returns them in their order; an account that is named twice gets two. */
  nextRevs: async (ids: readonly string[]): Promise<number[]> => {
    const counts = new Map<string, number>()
    for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1)
    // In the order of the ids, so that two nodes never deadlock.
    const taken = [...counts].map(([id, changes]) => ({ id, changes })).sort((a, b) => (a.id < b.id ? -1 : 1))
    const revs = await stepAll(db, taken)
    const next = new Map(taken.map(({ id, changes }, index) => [id, (revs[index]?.[0]?.rev ?? 0) - changes]))
    return ids.map((id) => {
      const rev = (next.get(id) ?? 0) + 1
      next.set(id, rev)
      return rev
    })
  },

  /** Locks the rows of these users until the commit. */
  hold: (ids: readonly string[]) => hold(db, ids),

  /** Stores when the user was last seen; does nothing for an erased user. */
  noteSeen: (id: string, at: number) =>
    db.updateTable('users').set({ last_seen_at: at }).where('id', '=', id).where('erased_at', 'is', null).execute(),

  /** Stores these columns, and updates the index of names if one changes; does nothing if there is no such user. */
  update: async (id: string, set: Partial<Omit<UserRow, 'id' | 'names_key' | 'rev' | 'access_rev'>>): Promise<void> => {
    const [before] = set.username === undefined && set.display_name === undefined ? [] : await byId(db, { id })
    if (!before) return void (await db.updateTable('users').set(set).where('id', '=', id).execute())
    const after = { ...before, ...set }
    const names_key = namesKeyOf(after)
    await db
      .updateTable('users')
      .set({ ...set, names_key })
      .where('id', '=', id)
      .execute()
    await userSearchStore(db).putNames(before, { ...after, names_key })
  },
})

/** Makes the store of users. It never deletes a row: an erased user keeps an anonymous one. */
export const userStore = (db: Kysely<Tables>) => ({ ...reading(db), ...searching(db), ...writing(db) })

declare module '../../storage/store.ts' {
  interface Store {
    users: ReturnType<typeof userStore>
  }
}
