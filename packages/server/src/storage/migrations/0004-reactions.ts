import { type Kysely, sql } from 'kysely'

/**
 * Makes the tables of reactions and of their tallies, empty; `reaction-table.ts` says what each column means. `migrate`
 * runs it once, in a transaction.
 */
export async function up(db: Kysely<unknown>, engine: 'sqlite' | 'postgres'): Promise<void> {
  const text = engine === 'postgres' ? sql`text collate "C"` : 'text'
  const clustered = engine === 'sqlite' ? sql`without rowid` : sql``
  await db.schema
    .createTable('reactions')
    .addColumn('message_id', text, (c) => c.notNull())
    .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
    .addColumn('emoji', text, (c) => c.notNull())
    .addColumn('conversation_id', text, (c) => c.notNull())
    .addColumn('rev', 'bigint', (c) => c.notNull())
    .addColumn('removed', 'smallint', (c) => c.notNull())
    .addPrimaryKeyConstraint('reactions_pk', ['message_id', 'user_id', 'emoji'])
    .modifyEnd(clustered)
    .execute()
  await db.schema.createIndex('reactions_changed').on('reactions').columns(['conversation_id', 'rev']).execute()
  // Users who reacted, in their order: reading the first few costs the same for ten thousand as for ten.
  await db.schema
    .createIndex('reactions_standing')
    .on('reactions')
    .columns(['message_id', 'emoji', 'rev'])
    .where(sql.ref('removed'), '=', sql.lit(0))
    .execute()

  await db.schema
    .createTable('reaction_tallies')
    .addColumn('message_id', text, (c) => c.notNull())
    .addColumn('emoji', text, (c) => c.notNull())
    .addColumn('count', 'integer', (c) => c.notNull())
    .addColumn('user_ids', text, (c) => c.notNull())
    .addColumn('first_rev', 'bigint', (c) => c.notNull())
    .addColumn('rev', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('reaction_tallies_pk', ['message_id', 'emoji'])
    .modifyEnd(clustered)
    .execute()
}
