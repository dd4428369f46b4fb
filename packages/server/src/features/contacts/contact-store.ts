import type { Contact } from '@parley/protocol'
import type { Kysely, Selectable } from 'kysely'
import { isAmong, takeTurnsOfAll } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { ContactsTable, StoredState } from './contact-table.ts'

export type ContactRow = Selectable<ContactsTable>

export const toContact = (row: ContactRow): Contact => ({
  userId: row.other_id,
  state: row.state === 'declined' ? 'ended' : row.state,
  since: row.since,
  rev: row.account_rev,
})

const pairKey = (one: string, other: string) => `pair ${[one, other].sort().join(' ')}`

const reading = (db: Kysely<Tables>) => ({
  /** As `userId` has it. */
  byPair: (userId: string, otherId: string): Promise<ContactRow | undefined> =>
    db
      .selectFrom('contacts')
      .selectAll()
      .where('user_id', '=', userId)
      .where('other_id', '=', otherId)
      .executeTakeFirst(),

  /** How many somebody has in a state. */
  count: async (userId: string, state: StoredState): Promise<number> => {
    const { count } = await db
      .selectFrom('contacts')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('user_id', '=', userId)
      .where('state', '=', state)
      .executeTakeFirstOrThrow()
    return Number(count)
  },

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

  /** Those of an account that changed after its rev, in the order of its revs; `isIn` leaves out those that ended. */
  ofAccountSince: (userId: string, accountRev: number, isIn: boolean, limit: number): Promise<ContactRow[]> =>
    db
      .selectFrom('contacts')
      .selectAll()
      .where('user_id', '=', userId)
      .where('account_rev', '>', accountRev)
      .$if(isIn, (query) => query.where('state', 'in', ['requested', 'received', 'accepted']))
      .orderBy('account_rev')
      .limit(limit)
      .execute(),
})

const choosing = (db: Kysely<Tables>) => ({
  /** Of these people, the accepted contacts of somebody. */
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

export const contactStore = (db: Kysely<Tables>) => ({
  ...reading(db),
  ...choosing(db),

  /** Nothing else changes between this person and any of these until the commit: contact, block or direct conversation. */
  hold: (userId: string, otherIds: readonly string[]) =>
    takeTurnsOfAll(
      db,
      otherIds.map((otherId) => pairKey(userId, otherId)),
    ),

  /**
   * Somebody with whom a user has a contact, or who has one with them; undefined if there is nobody. Who asked somebody that
   * blocks them has a request that the other knows nothing of.
   */
  someOtherOf: async (userId: string): Promise<string | undefined> => {
    const own = db.selectFrom('contacts').select('other_id').where('user_id', '=', userId)
    const found = await own.limit(1).executeTakeFirst()
    if (found) return found.other_id
    const unheard = db
      .selectFrom('blocks as b')
      .innerJoin('contacts as c', (join) =>
        join.onRef('c.user_id', '=', 'b.other_id').onRef('c.other_id', '=', 'b.user_id'),
      )
      .select('c.user_id')
      .where('b.user_id', '=', userId)
      .where('c.state', 'in', ['requested', 'received', 'accepted'])
    return (await unheard.limit(1).executeTakeFirst())?.user_id
  },

  drop: (userId: string, otherId: string) =>
    db.deleteFrom('contacts').where('user_id', '=', userId).where('other_id', '=', otherId).execute(),

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
