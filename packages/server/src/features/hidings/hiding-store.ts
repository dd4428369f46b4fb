import type { Hiding } from '@parley/protocol'
import { type Kysely, type Selectable, sql } from 'kysely'
import { readsAccountRows } from '../../core/rows/account-row-store.ts'
import type { Tables } from '../../storage/tables.ts'
import type { HidingsTable } from './hiding-table.ts'

export type HidingRow = Selectable<HidingsTable>

const changedRows = readsAccountRows<HidingRow>('hidings', sql`removed = 0`)

/** A hidden conversation in the form of the protocol; `rev` is that of its user’s account. */
export const toHiding = (row: HidingRow): Hiding => ({
  conversationId: row.conversation_id,
  upToSeq: row.up_to_seq,
  removed: row.removed === 1,
  rev: row.account_rev,
})

/** The conversations that users hide from their lists. A row stays, as `removed`, when the user shows it again. */
export const hidingStore = (db: Kysely<Tables>) => ({
  /** A user's hiding of a conversation, also one that was removed. */
  byKey: (userId: string, conversationId: string): Promise<HidingRow | undefined> =>
    db
      .selectFrom('hidings')
      .selectAll()
      .where('user_id', '=', userId)
      .where('conversation_id', '=', conversationId)
      .executeTakeFirst(),

  /**
   * A user's hidings that changed after a rev of the account, in the order of their revs; `isIn` leaves out removed
   * ones.
   */
  ofAccountSince: (userId: string, accountRev: number, isIn: boolean, limit: number) =>
    changedRows(db, userId, accountRev, isIn, limit),

  /** Writes a row, in place of an earlier one about the same conversation. */
  put: (row: HidingRow) => {
    const { up_to_seq, removed, account_rev } = row
    return db
      .insertInto('hidings')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['user_id', 'conversation_id']).doUpdateSet({ up_to_seq, removed, account_rev }),
      )
      .execute()
  },

  /** Deletes all hidings of a user, without events. */
  removeOf: (userId: string) => db.deleteFrom('hidings').where('user_id', '=', userId).execute(),
})

declare module '../../storage/store.ts' {
  interface Store {
    hidings: ReturnType<typeof hidingStore>
  }
}
