import { type Kysely, sql } from 'kysely'

/**
 * Makes the tables of contacts, blocks and hidden receipts, empty, and adds `direct_blocked` and `direct_contacts` to
 * conversations: 0 in all present ones, but `direct_contacts` 1 in those with oneself. `contact-table.ts`,
 * `block-table.ts` and `conversation-table.ts` say what each column means. `migrate` runs it once, in a transaction.
 */
export async function up(db: Kysely<unknown>, engine: 'sqlite' | 'postgres'): Promise<void> {
  const text = engine === 'postgres' ? sql`text collate "C"` : 'text'
  const clustered = engine === 'sqlite' ? sql`without rowid` : sql``
  await db.schema
    .createTable('contacts')
    .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
    .addColumn('other_id', text, (c) => c.notNull().references('users.id'))
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('since', 'bigint', (c) => c.notNull())
    .addColumn('account_rev', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('contacts_pk', ['user_id', 'other_id'])
    .modifyEnd(clustered)
    .execute()
  await db.schema.createIndex('contacts_changed').on('contacts').columns(['user_id', 'account_rev']).execute()
  await db.schema.createIndex('contacts_in_state').on('contacts').columns(['user_id', 'state', 'other_id']).execute()

  await db.schema
    .createTable('blocks')
    .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
    .addColumn('other_id', text, (c) => c.notNull().references('users.id'))
    .addColumn('removed', 'smallint', (c) => c.notNull())
    .addColumn('since', 'bigint', (c) => c.notNull())
    .addColumn('account_rev', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('blocks_pk', ['user_id', 'other_id'])
    .modifyEnd(clustered)
    .execute()
  await db.schema.createIndex('blocks_changed').on('blocks').columns(['user_id', 'account_rev']).execute()
  // A block works in both directions, so it is looked for from both ends.
  await db.schema.createIndex('blocks_of_other').on('blocks').columns(['other_id', 'user_id']).execute()

  await db.schema
    .createTable('hidden_receipts')
    .addColumn('conversation_id', text, (c) => c.notNull())
    .addColumn('user_id', text, (c) => c.notNull())
    .addColumn('viewer_id', text, (c) => c.notNull())
    .addColumn('read_seq', 'bigint', (c) => c.notNull())
    .addColumn('delivered_seq', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('hidden_receipts_pk', ['viewer_id', 'user_id', 'conversation_id'])
    .modifyEnd(clustered)
    .execute()

  for (const column of ['direct_blocked', 'direct_contacts']) {
    await db.schema
      .alterTable('conversations')
      .addColumn(column, 'smallint', (c) => c.notNull().defaultTo(0))
      .execute()
  }
  // A conversation with oneself needs no contact.
  await sql`update conversations set direct_contacts = 1 where kind = 'direct'
    and (select count(*) from memberships where conversation_id = conversations.id) = 1`.execute(db)
}
