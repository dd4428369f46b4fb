import { type Kysely, sql } from 'kysely'

/**
 * Makes the tables of API keys and of answers that are kept for a resend, empty; `api-key-table.ts` and
 * `kept-answer-table.ts` say what each column means. `migrate` runs it once, in a transaction.
 */
export async function up(db: Kysely<unknown>, engine: 'sqlite' | 'postgres'): Promise<void> {
  const text = engine === 'postgres' ? sql`text collate "C"` : 'text'
  const clustered = engine === 'sqlite' ? sql`without rowid` : sql``
  await db.schema
    .createTable('api_keys')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('scopes', text, (c) => c.notNull())
    .addColumn('user_id', text, (c) => c.references('users.id'))
    .addColumn('secret_hash', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('revoked_at', 'bigint')
    .execute()
  await db.schema.createIndex('api_keys_of_user').on('api_keys').columns(['user_id']).execute()

  await db.schema
    .createTable('kept_answers')
    .addColumn('owner', text, (c) => c.notNull())
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('request_hash', text, (c) => c.notNull())
    .addColumn('answer', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('kept_answers_pk', ['owner', 'key'])
    .modifyEnd(clustered)
    .execute()
  await db.schema
    .createTable('kept_answer_names')
    .addColumn('owner', text, (c) => c.notNull())
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('kept_answer_names_pk', ['owner', 'key', 'name'])
    .addForeignKeyConstraint('kept_answer_names_of', ['owner', 'key'], 'kept_answers', ['owner', 'key'], (c) =>
      c.onDelete('cascade'),
    )
    .modifyEnd(clustered)
    .execute()
  await db.schema.createIndex('kept_answer_names_by_name').on('kept_answer_names').columns(['name']).execute()
  await db.schema.createIndex('kept_answers_by_age').on('kept_answers').columns(['created_at']).execute()
}
