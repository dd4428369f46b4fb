import { type Kysely, sql } from 'kysely'

/**
 * Adds to users the columns of deactivation and erasure, makes the table of unfinished erasures, and lets only one room
 * have each `context`. It fails if two rooms have the same; `user-table.ts` and `conversation-table.ts` say more.
 * `migrate` runs it once, in a transaction.
 */
export async function up(db: Kysely<unknown>, engine: 'sqlite' | 'postgres'): Promise<void> {
  await db.schema
    .alterTable('users')
    .addColumn('access_rev', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute()
  for (const column of ['deactivated_at', 'erased_at']) {
    await db.schema.alterTable('users').addColumn(column, 'bigint').execute()
  }
  // One room for each reference of the host.
  await sql`create unique index conversations_of_host on conversations (context)
    where kind = 'room' and context is not null`.execute(db)
  const text = engine === 'postgres' ? sql`text collate "C"` : 'text'
  await db.schema
    .createTable('erasures')
    .addColumn('user_id', text, (c) => c.primaryKey().references('users.id'))
    .addColumn('conversation_id', text, (c) => c.notNull())
    .execute()
}
