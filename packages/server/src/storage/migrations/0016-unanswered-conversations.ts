import { type Kysely, sql } from 'kysely'

/**
 * Adds `direct_awaits` to conversations, null in all present ones, with an index of those that await an answer;
 * `conversation-table.ts` says what for. `migrate` runs it once, in a transaction.
 */
export async function up(db: Kysely<unknown>, engine: 'sqlite' | 'postgres'): Promise<void> {
  const text = engine === 'postgres' ? sql`text collate "C"` : 'text'
  await db.schema.alterTable('conversations').addColumn('direct_awaits', text).execute()
  await sql`create index conversations_unanswered on conversations (direct_awaits, created_by)
    where direct_awaits is not null`.execute(db)
}
