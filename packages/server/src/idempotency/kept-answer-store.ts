import { type Kysely, type Selectable, sql } from 'kysely'
import { insertMany, isAmong } from '../storage/portable-sql.ts'
import type { Tables } from '../storage/tables.ts'
import { namesIn } from './kept-answer-names.ts'
import type { KeptAnswerNamesTable, KeptAnswersTable } from './kept-answer-table.ts'

export type KeptAnswerRow = Selectable<KeptAnswersTable>
type Named = Pick<KeptAnswerRow, 'owner' | 'key'>

const insertNames = insertMany<KeptAnswerNamesTable>('kept_answer_names', { owner: 'text', key: 'text', name: 'text' })

const removing = (db: Kysely<Tables>) => ({
  /** Deletes answers from that time or before, at most `most`, the oldest first; resolves with their number. */
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

  /** Deletes answers that name one of these ids, at most `most` or, without it, all; resolves with their number. */
  removeNaming: async (names: readonly string[], most?: number): Promise<number> => {
    const naming = db
      .selectFrom('kept_answer_names')
      .select(['owner', 'key'])
      .where(isAmong(db, 'name', names))
      .$if(most !== undefined, (query) => query.limit(most ?? 0))
    const removed = await db
      .deleteFrom('kept_answers')
      .where(sql<boolean>`(owner, key) in (select owner, key from ${naming.as('naming')})`)
      .returning('owner')
      .execute()
    return removed.length
  },
})

/**
 * Makes the store of answers for repeated requests, on a connection or in a transaction; making it runs no statement.
 * It stores, finds, replaces and deletes answers: by owner and key, by their age, or by the ids that they name.
 */
export const keptAnswerStore = (db: Kysely<Tables>) => ({
  /** The answer of a request, if it was stored after `since`. */
  find: ({ owner, key }: Named, since: number): Promise<KeptAnswerRow | undefined> =>
    db
      .selectFrom('kept_answers')
      .selectAll()
      .where('owner', '=', owner)
      .where('key', '=', key)
      .where('created_at', '>', since)
      .executeTakeFirst(),

  /**
   * Stores an answer and the ids that it names, in place of one from `since` or before. Rejects if there is a newer
   * one, which undoes the transaction.
   */
  keep: async (row: KeptAnswerRow, since: number): Promise<void> => {
    await db
      .deleteFrom('kept_answers')
      .where('owner', '=', row.owner)
      .where('key', '=', row.key)
      .where('created_at', '<=', since)
      .execute()
    await db.insertInto('kept_answers').values(row).execute()
    const { owner, key } = row
    await insertNames(
      db,
      namesIn(row).map((name) => ({ owner, key, name })),
    )
  },

  /** The answers that name one of these ids, newest first. */
  naming: (names: readonly string[]): Promise<KeptAnswerRow[]> =>
    db
      .selectFrom('kept_answers')
      .selectAll()
      .where(
        sql<boolean>`(owner, key) in (select owner, key from kept_answer_names where ${isAmong(db, 'name', names)})`,
      )
      .orderBy('created_at', 'desc')
      .execute(),

  /** Replaces the text of an answer, not the ids that it names. Does nothing if there is no such answer. */
  replace: ({ owner, key, answer }: Named & Pick<KeptAnswerRow, 'answer'>) =>
    db.updateTable('kept_answers').set({ answer }).where('owner', '=', owner).where('key', '=', key).execute(),

  /**
   * Stops an answer from being found by these ids, because it contains nothing more of them. The answer itself stays.
   */
  forgetNames: ({ owner, key }: Named, names: readonly string[]) =>
    db
      .deleteFrom('kept_answer_names')
      .where('owner', '=', owner)
      .where('key', '=', key)
      .where(isAmong(db, 'name', names))
      .execute(),

  ...removing(db),
})

declare module '../storage/store.ts' {
  interface Store {
    keptAnswers: ReturnType<typeof keptAnswerStore>
  }
}
