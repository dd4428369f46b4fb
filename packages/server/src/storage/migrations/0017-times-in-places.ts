import type { Kysely } from 'kysely'

/**
 * Adds `created_at` to the index of places on SQLite, so that a list of conversations finds the time of each last
 * message without reading its row. `migrate` runs it once, in a transaction.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('messages_place').execute()
  await db.schema
    .createIndex('messages_place')
    .on('messages')
    .columns(['conversation_id', 'seq', 'sender_id', 'deleted_at', 'created_at'])
    .execute()
}
