import type { Kysely } from 'kysely'
import { hotStatement } from './hot-statement.ts'
import type { Tables } from './tables.ts'

const textOf = hotStatement<{ key: string }, { value: string }>((db, { key }) =>
  db.selectFrom('meta').select('value').where('key', '=', key),
)

/**
 * Makes the store of facts about the database itself, texts by key. `keepFirst` stores a text unless its key has one,
 * and resolves with the stored one; `epoch` reads the id of this history. Making it runs no statement.
 */
export const metaStore = (db: Kysely<Tables>) => ({
  /** Stores a value unless the key has one. Resolves with the stored value: of several callers, that of the first. */
  keepFirst: async (key: string, value: string): Promise<string> => {
    await db
      .insertInto('meta')
      .values({ key, value })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return (await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirstOrThrow()).value
  },

  /** The id of this history. A restored backup has another epoch, so that clients do not mix the two. */
  epoch: async (): Promise<string> => {
    const [row] = await textOf(db, { key: 'epoch' })
    if (!row) throw new Error('The database has no epoch.')
    return row.value
  },
})
