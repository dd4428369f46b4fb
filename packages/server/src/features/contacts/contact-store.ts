import type { Contact } from '@parley/protocol'
import { type Kysely, type Selectable, sql } from 'kysely'
import { readsAccountRows } from '../../core/rows/account-row-store.ts'
import { isAmong, takeTurnsOfAll } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { ContactsTable, StoredState } from './contact-table.ts'

export type ContactRow = Selectable<ContactsTable>

const changedRows = readsAccountRows<ContactRow>('contacts', sql`state in ('requested', 'received', 'accepted')`)

/** A contact as its owner sees it: `declined` becomes `ended`. */
export const toContact = (row: ContactRow): Contact => ({
  userId: row.other_id,
  state: row.state === 'declined' ? 'ended' : row.state,
  since: row.since,
  rev: row.account_rev,
})

const pairKey = (one: string, other: string) => `pair ${[one, other].sort().join(' ')}`

const reading = (db: Kysely<Tables>) => ({
  /** The row of `userId` about `otherId`. */
  byPair: (userId: string, otherId: string): Promise<ContactRow | undefined> =>
    db
      .selectFrom('contacts')
      .selectAll()
      .where('user_id', '=', userId)
      .where('other_id', '=', otherId)
      .executeTakeFirst(),

  /** The number of a user's own rows in a state. */
  count: async (userId: string, state: StoredState): Promise<number> => {
    const { count } = await db
      .selectFrom('contacts')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('user_id', '=', userId)
      .where('state', '=', state)
      .executeTakeFirstOrThrow()
    return Number(count)
  },

  /** A user's rows in these states about users with an id after `after`, in the order of these ids. */
  page: (userId: string, states: readonly StoredState[], after: string, limit: number): Promise<ContactRow[]> =>
    db
      .selectFrom('contacts')
      .selectAll()
      .where('user_id', '=', userId)
      .where('state', 'in', states)
      .where('other_id', '>', after)
      .orderBy('other_id')
      .limit(limit)
      .execute(),

  /**
   * A user's contacts that changed after a rev of the account, in the order of their revs; `isIn` leaves out ended
   * ones.
   */
  ofAccountSince: (userId: string, accountRev: number, isIn: boolean, limit: number) =>
    changedRows(db, userId, accountRev, isIn, limit),
})

const choosing = (db: Kysely<Tables>) => ({
  /** Those of `among` who are accepted contacts of the user. */
  acceptedAmong: async (userId: string, among: readonly string[]): Promise<string[]> => {
    if (among.length === 0) return []
    const rows = await db
      .selectFrom('contacts')
      .select('other_id')
      .where('user_id', '=', userId)
      .where('state', '=', 'accepted')
      .where(isAmong(db, 'other_id', among))
      .execute()
    return rows.map((row) => row.other_id)
  },
})

/**
 * The contacts of users, read and written in `db`: each user of a pair has an own row about the other. The statements
 * check no blocks and emit no events: see `changeContacts`.
 */
export const contactStore = (db: Kysely<Tables>) => ({
  ...reading(db),
  ...choosing(db),

  /**
   * Locks the pairs of this user with each of the others until the commit: their contacts, blocks and direct
   * conversations. Only transactions that call it wait for each other; it does nothing on SQLite.
   */
  hold: (userId: string, otherIds: readonly string[]) =>
    takeTurnsOfAll(
      db,
      otherIds.map((otherId) => pairKey(userId, otherId)),
    ),

  /**
   * A user about whom this one has a row, in any state; undefined if there is none. Also finds users whom this one
   * blocks and who sent a request that was not delivered: only they have a row.
   */
  someOtherOf: async (userId: string): Promise<string | undefined> => {
    const own = db.selectFrom('contacts').select('other_id').where('user_id', '=', userId)
    const found = await own.limit(1).executeTakeFirst()
    if (found) return found.other_id
    const undelivered = db
      .selectFrom('blocks as b')
      .innerJoin('contacts as c', (join) =>
        join.onRef('c.user_id', '=', 'b.other_id').onRef('c.other_id', '=', 'b.user_id'),
      )
      .select('c.user_id')
      .where('b.user_id', '=', userId)
      .where('c.state', 'in', ['requested', 'received', 'accepted'])
    return (await undelivered.limit(1).executeTakeFirst())?.user_id
  },

  /** Deletes the row of `userId` about `otherId`. */
  drop: (userId: string, otherId: string) =>
    db.deleteFrom('contacts').where('user_id', '=', userId).where('other_id', '=', otherId).execute(),

  /** Writes a row, in place of an earlier one about the same pair. */
  put: (row: ContactRow) => {
    const { state, since, account_rev } = row
    return db
      .insertInto('contacts')
      .values(row)
      .onConflict((conflict) => conflict.columns(['user_id', 'other_id']).doUpdateSet({ state, since, account_rev }))
      .execute()
  },
})

declare module '../../storage/store.ts' {
  interface Store {
    contacts: ReturnType<typeof contactStore>
  }
}
