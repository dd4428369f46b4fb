import type { Kysely } from 'kysely'
import type { Tables } from '../../storage/tables.ts'

/** Makes the store of the progress of erasures: a row for each user whose erasure has begun and not ended. */
export const erasureStore = (db: Kysely<Tables>) => ({
  /** Starts an erasure, or starts it again from the first conversation. */
  begin: (userId: string) =>
    db
      .insertInto('erasures')
      .values({ user_id: userId, conversation_id: '' })
      .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ conversation_id: '' }))
      .execute(),

  /** Stores that this conversation, and those with lower ids, are done. */
  passed: (userId: string, conversationId: string) =>
    db.updateTable('erasures').set({ conversation_id: conversationId }).where('user_id', '=', userId).execute(),

  /** The next conversation, by id, that the user was ever in; undefined after the last. */
  nextConversationId: async (userId: string): Promise<string | undefined> => {
    const row = await db
      .selectFrom('erasures as e')
      .innerJoin('memberships as m', 'm.user_id', 'e.user_id')
      .select('m.conversation_id')
      .where('e.user_id', '=', userId)
      .whereRef('m.conversation_id', '>', 'e.conversation_id')
      .orderBy('m.conversation_id')
      .limit(1)
      .executeTakeFirst()
    return row?.conversation_id
  },

  /** The users whose erasure has begun and not ended. */
  pending: async (): Promise<string[]> =>
    (await db.selectFrom('erasures').select('user_id').execute()).map((row) => row.user_id),

  /** Has the erasure of this user begun, and not ended? */
  isPending: async (userId: string): Promise<boolean> =>
    (await db.selectFrom('erasures').select('user_id').where('user_id', '=', userId).executeTakeFirst()) !== undefined,

  /** Stores that the erasure has ended, by deleting its row. */
  end: (userId: string) => db.deleteFrom('erasures').where('user_id', '=', userId).execute(),
})

declare module '../../storage/store.ts' {
  interface Store {
    erasures: ReturnType<typeof erasureStore>
  }
}
