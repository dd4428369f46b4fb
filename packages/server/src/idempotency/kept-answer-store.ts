import { type Kysely, type Selectable, sql } from 'kysely'
import { isPostgres } from '../storage/hot-statement.ts'
import type { Tables } from '../storage/tables.ts'
import type { KeptAnswersTable } from './kept-answer-table.ts'

export type KeptAnswerRow = Selectable<KeptAnswersTable>
type Named = Pick<KeptAnswerRow, 'owner' | 'key'>

export const keptAnswerStore = (db: Kysely<Tables>) => ({
  /** What was kept since a time. */
  find: ({ owner, key }: Named, since: number): Promise<KeptAnswerRow | undefined> =>
    db
      .selectFrom('kept_answers')
      .selectAll()
      .where('owner', '=', owner)
      .where('key', '=', key)
      .where('created_at', '>', since)
      .executeTakeFirst(),

  /** In the place of one that is older; a newer one is a conflict, which undoes the transaction. */
  keep: async (row: KeptAnswerRow, since: number): Promise<void> => {
    await db
      .deleteFrom('kept_answers')
      .where('owner', '=', row.owner)
      .where('key', '=', row.key)
      .where('created_at', '<=', since)
      .execute()
    await db.insertInto('kept_answers').values(row).execute()
  },

  /** Removes so many of those that are older; resolves with their number. */
  removeOld: async (before: number, most: number): Promise<number> => {
    const old = db
      .selectFrom('kept_answers')
      .select(['owner', 'key'])
      .where('created_at', '<=', before)
      .orderBy('created_at')
      .limit(most)
    const removed = await db
      .deleteFrom('kept_answers')
      .where(sql<boolean>`(owner, key) in (select owner, key from ${old.as('old')})`)
      .returning('owner')
      .execute()
    return removed.length
  },

  /** Removes all of a user, also where a key acted as them. No index leads there: it is done once in the life of a user. */
  removeOf: (userId: string) => {
    const end = ` ${userId}`
    const lastOf = isPostgres(db) ? sql`right(owner, ${end.length})` : sql`substr(owner, ${-end.length})`
    return db.deleteFrom('kept_answers').where(sql<boolean>`${lastOf} = ${end}`).execute()
  },
})

declare module '../storage/store.ts' {
  interface Store {
    keptAnswers: ReturnType<typeof keptAnswerStore>
  }
}
