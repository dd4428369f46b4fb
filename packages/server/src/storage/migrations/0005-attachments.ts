import { type Kysely, sql } from 'kysely'

/**
 * Makes the tables of attachments, parts of uploads, bytes used by each user, and blobs to be removed, empty;
 * `attachment-table.ts` says what each column means. `migrate` runs it once, in a transaction.
 */
export async function up(db: Kysely<unknown>, engine: 'sqlite' | 'postgres'): Promise<void> {
  const text = engine === 'postgres' ? sql`text collate "C"` : 'text'
  const clustered = engine === 'sqlite' ? sql`without rowid` : sql``
  await db.schema
    .createTable('attachments')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('owner_id', text, (c) => c.notNull().references('users.id'))
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('mime', text, (c) => c.notNull())
    .addColumn('size', 'bigint', (c) => c.notNull())
    .addColumn('received', 'bigint', (c) => c.notNull())
    .addColumn('width', 'integer')
    .addColumn('height', 'integer')
    .addColumn('duration_ms', 'bigint')
    .addColumn('peaks', text)
    .addColumn('thumbhash', text)
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('message_id', text)
    .addColumn('conversation_id', text)
    .addColumn('blob_key', text, (c) => c.notNull())
    .addColumn('thumbnail_key', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  const unbound = (name: string, columns: string[]) =>
    db.schema.createIndex(name).on('attachments').columns(columns).where(sql.ref('message_id'), 'is', null).execute()
  await unbound('attachments_unbound', ['owner_id', 'created_at'])
  await unbound('attachments_abandoned', ['created_at'])
  await db.schema
    .createIndex('attachments_of_message')
    .on('attachments')
    .column('message_id')
    .where(sql.ref('message_id'), 'is not', null)
    .execute()
  // The search for blobs without rows looks up each by its key.
  await db.schema.createIndex('attachments_blob').on('attachments').column('blob_key').unique().execute()
  await db.schema.createIndex('attachments_thumbnail').on('attachments').column('thumbnail_key').unique().execute()

  await db.schema
    .createTable('attachment_parts')
    .addColumn('attachment_id', text, (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('blob_key', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('attachment_parts_pk', ['attachment_id', 'at'])
    .modifyEnd(clustered)
    .execute()
  await db.schema.createIndex('attachment_parts_blob').on('attachment_parts').column('blob_key').unique().execute()

  await db.schema
    .createTable('attachment_usage')
    .addColumn('user_id', text, (c) => c.primaryKey())
    .addColumn('bytes', 'bigint', (c) => c.notNull())
    .modifyEnd(clustered)
    .execute()

  await db.schema
    .createTable('blob_removals')
    .addColumn('blob_key', text, (c) => c.primaryKey())
    .modifyEnd(clustered)
    .execute()
}
