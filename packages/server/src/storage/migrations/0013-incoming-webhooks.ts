import { type Kysely, sql } from 'kysely'

/**
 * Makes the table of incoming webhooks, empty; `hook-table.ts` says what each column means. `migrate` runs it once, in
 * a transaction.
 */
export async function up(db: Kysely<unknown>, engine: 'sqlite' | 'postgres'): Promise<void> {
  const text = engine === 'postgres' ? sql`text collate "C"` : 'text'
  await db.schema
    .createTable('hooks')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('conversation_id', text, (c) => c.notNull().references('conversations.id'))
    .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('secret_hash', text, (c) => c.notNull())
    .addColumn('created_by', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('hooks_of_conversation').on('hooks').columns(['conversation_id', 'id']).execute()
  await db.schema.createIndex('hooks_of_user').on('hooks').column('user_id').execute()
}
