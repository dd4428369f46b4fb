import { type Kysely, sql } from 'kysely'

/**
 * Rewrites the table of messages on SQLite, in the order of writing (ADR 13): messages of one commit then share pages,
 * where each changed a page of its own in the order of conversations. Keeps all rows. An index on `seq` counts unread
 * messages without reading their rows. `migrate` runs it once, in a transaction.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('messages_changed').execute()
  await db.schema.alterTable('messages').renameTo('messages_by_place').execute()
  await db.schema
    .createTable('messages')
    .addColumn('conversation_id', 'text', (c) => c.notNull())
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull().unique())
    .addColumn('rev', 'bigint', (c) => c.notNull())
    .addColumn('sender_id', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('body', 'text')
    .addColumn('sent_hash', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('edited_at', 'bigint')
    .addColumn('deleted_at', 'bigint')
    .execute()
  // An id begins with the time at which it was made.
  await sql`insert into messages select * from messages_by_place order by id`.execute(db)
  await db.schema.dropTable('messages_by_place').execute()

  await db.schema
    .createIndex('messages_place')
    .on('messages')
    .columns(['conversation_id', 'seq', 'sender_id', 'deleted_at'])
    .execute()
  await db.schema
    .createIndex('messages_changed')
    .on('messages')
    .columns(['conversation_id', 'rev'])
    .where(sql.ref('sent_hash'), 'is not', null)
    .execute()
}
