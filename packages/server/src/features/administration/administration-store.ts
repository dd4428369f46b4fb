import type { PersonState } from '@parley/protocol'
import { administrationLimits } from '@parley/protocol/features/administration'
import { comparableName } from '@parley/protocol/features/name-rules'
import { type Kysely, sql } from 'kysely'
import { isAmong } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { MembershipRow } from '../memberships/membership-store.ts'
import type { UserRow } from '../users/user-store.ts'

/** The rows that one statement reads. */
const mostRows = 500

interface Search {
  /** A part of a name, as `comparableName` gives it. */
  text: string
  /** The `end` of the slice before; undefined for the first. */
  from: string | undefined
  limit: number
}

const peopleLists = (db: Kysely<Tables>) => ({
  /**
   * Reads a slice of users in the order of their user names, and returns those who match and are not erased, at most
   * `limit`. `end` is the last user name that was read, for the next slice; undefined if none is left. If `limit` were
   * found, `end` may have passed others that match.
   */
  people: async ({
    text,
    state,
    from = '',
    limit,
  }: Search & { state: PersonState | undefined }): Promise<{ rows: UserRow[]; end: string | undefined }> => {
    const read = db
      .selectFrom('users')
      .select('username_key')
      .where('username_key', '>', from)
      .orderBy('username_key')
      .limit(mostRows)
    const rows = await db
      .selectFrom(read.as('read'))
      .innerJoin('users', 'users.username_key', 'read.username_key')
      .selectAll('users')
      .where('erased_at', 'is', null)
      .where(sql<boolean>`names_key like ${`%${text.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`)
      .$if(state !== undefined, (query) => query.where('suspended_at', state === 'suspended' ? 'is not' : 'is', null))
      .$if(state === 'active', (query) => query.where('deactivated_at', 'is', null))
      .$if(state === 'deactivated', (query) => query.where('deactivated_at', 'is not', null))
      .orderBy('users.username_key')
      .limit(limit)
      .execute()
    const { count, last } = await db
      .selectFrom(read.as('read'))
      .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.max('username_key').as('last')])
      .executeTakeFirstOrThrow()
    return { rows, end: Number(count) === mostRows ? last : undefined }
  },
})

const roomLists = (db: Kysely<Tables>) => ({
  /** Reads a slice of rooms, newest first, and returns those that match and are not removed. `end` as for `people`. */
  roomIds: async ({ text, from, limit }: Search): Promise<{ rows: string[]; end: string | undefined }> => {
    const read = await db
      .selectFrom('conversations')
      .select(['id', 'name', 'removed_at'])
      // A literal, so that the partial index of rooms is used.
      .where('kind', '=', sql.lit('room' as const))
      .$if(from !== undefined, (query) => query.where('id', '<', from ?? ''))
      .orderBy('id', 'desc')
      .limit(mostRows)
      .execute()
    const found = read.filter(
      ({ name, removed_at }) => removed_at === null && comparableName(name ?? '').includes(text),
    )
    return {
      rows: found.slice(0, limit).map(({ id }) => id),
      end: read.length === mostRows ? read.at(-1)?.id : undefined,
    }
  },

  /** These rooms, newest first, with the number of active members, which is counted up to a limit. */
  rooms: (ids: readonly string[]) =>
    db
      .selectFrom('conversations as c')
      .selectAll('c')
      .select(
        sql<number>`(select count(*) from (select 1 from memberships as m where m.conversation_id = c.id
          and m.state = 'active' limit ${sql.lit(administrationLimits.members)}) as counted)`.as('members'),
      )
      .where(isAmong(db, 'c.id', ids))
      .orderBy('c.id', 'desc')
      .execute(),
})

/** Removed rooms whose data is not deleted yet. */
const removals = (db: Kysely<Tables>) => ({
  /** Lists a room whose data is to be deleted; does nothing if it is listed already. */
  beginRemoval: (conversationId: string) =>
    db
      .insertInto('room_removals')
      .values({ conversation_id: conversationId })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),

  /** The ids of all listed rooms, in no order. */
  pendingRemovals: async (): Promise<string[]> =>
    (await db.selectFrom('room_removals').select('conversation_id').execute()).map((row) => row.conversation_id),

  /** Takes a room off the list; deletes no data. */
  endRemoval: (conversationId: string) =>
    db.deleteFrom('room_removals').where('conversation_id', '=', conversationId).execute(),

  /** The first members of a room, active or invited. */
  membersLeft: (conversationId: string, limit: number): Promise<MembershipRow[]> =>
    db
      .selectFrom('memberships')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .where('state', 'in', ['active', 'invited'])
      .orderBy('user_id')
      .limit(limit)
      .execute(),
})

/**
 * Makes the store that searches all users and rooms, slice by slice, for lists that only administrators see, and keeps
 * which removals of rooms are not done yet. The statements check no permission and emit no events.
 */
export const administrationStore = (db: Kysely<Tables>) => ({ ...peopleLists(db), ...roomLists(db), ...removals(db) })

declare module '../../storage/store.ts' {
  interface Store {
    administration: ReturnType<typeof administrationStore>
  }
}
