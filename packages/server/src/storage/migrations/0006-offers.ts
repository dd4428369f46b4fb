import { type Kysely, sql } from 'kysely'

/**
 * Makes the table of the offers in messages, empty; `offer-table.ts` says what each column means. `migrate` runs it
 * once, in a transaction.
 */
export async function up(db: Kysely<unknown>, engine: 'sqlite' | 'postgres'): Promise<void> {
  const text = engine === 'postgres' ? sql`text collate "C"` : 'text'
  await db.schema
    .createTable('offers')
    .addColumn('message_id', text, (c) => c.primaryKey())
    .addColumn('conversation_id', text, (c) => c.notNull())
    .addColumn('negotiation_id', text, (c) => c.notNull())
    .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('counter_id', text)
    .addColumn('history', 'text', (c) => c.notNull())
    .addColumn('rev', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('offers_changed').on('offers').columns(['conversation_id', 'rev']).execute()
  await db.schema.createIndex('offers_negotiated').on('offers').columns(['negotiation_id']).execute()
}
