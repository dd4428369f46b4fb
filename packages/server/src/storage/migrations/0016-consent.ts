import { type Kysely, sql } from 'kysely'

/** Hidden conversations, and people who left; `hiding-table.ts` and `membership-table.ts` say what for. */
export async function up(db: Kysely<unknown>, engine: 'sqlite' | 'postgres'): Promise<void> {
  const text = engine === 'postgres' ? sql`text collate "C"` : 'text'
  await sql`update memberships set joined_at = null where state = 'left'`.execute(db)
  await db.schema
    .createTable('hidings')
    .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
    .addColumn('conversation_id', text, (c) => c.notNull().references('conversations.id'))
    .addColumn('up_to_seq', 'bigint', (c) => c.notNull())
    .addColumn('removed', 'smallint', (c) => c.notNull())
    .addColumn('account_rev', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('hidings_pk', ['user_id', 'conversation_id'])
    .modifyEnd(engine === 'sqlite' ? sql`without rowid` : sql``)
    .execute()
  await db.schema.createIndex('hidings_of_account').on('hidings').columns(['user_id', 'account_rev']).execute()
}
