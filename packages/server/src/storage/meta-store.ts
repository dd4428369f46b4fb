import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** What the database knows of itself. */
export const metaStore = (db: Kysely<Tables>) => ({
  /** What is kept under a key: the value that the first caller put there. */
  kept: async (key: string, value: string): Promise<string> => {
    await db
      .insertInto('meta')
      .values({ key, value })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return (await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirstOrThrow()).value
  },

  /** Which history this is: a restored backup has another epoch, so that nobody mixes the two. */
  epoch: async () =>
    (await db.selectFrom('meta').select('value').where('key', '=', 'epoch').executeTakeFirstOrThrow()).value,
})
