import { type Kysely, sql } from 'kysely'

/**
 * Makes the first tables of a new database, empty: users, sessions, conversations, memberships, messages and meta. The
 * files that declare them (`*-table.ts`) say what each column means. `migrate` runs it once, in a transaction.
 */
export async function up(db: Kysely<unknown>, engine: 'sqlite' | 'postgres'): Promise<void> {
  // Compared byte by byte, as SQLite does, so that both engines have the same order.
  const text = engine === 'postgres' ? sql`text collate "C"` : 'text'
  await db.schema
    .createTable('users')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('username', text, (c) => c.notNull())
    .addColumn('username_key', text, (c) => c.notNull().unique())
    .addColumn('display_name', text, (c) => c.notNull())
    .addColumn('avatar_url', text)
    .addColumn('role', text, (c) => c.notNull())
    .addColumn('password_hash', text)
    .addColumn('rev', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('last_seen_at', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .modifyEnd(clustered(engine))
    .execute()

  await db.schema
    .createTable('sessions')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
    .addColumn('refresh_hash', text, (c) => c.notNull())
    .addColumn('previous_hash', text)
    .addColumn('rotated_at', 'bigint', (c) => c.notNull())
    .addColumn('user_agent', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_used_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('revoked_at', 'bigint')
    .modifyEnd(clustered(engine))
    .execute()
  await db.schema.createIndex('sessions_user').on('sessions').column('user_id').execute()

  await db.schema
    .createTable('conversations')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('visibility', text, (c) => c.notNull())
    .addColumn('name', text)
    .addColumn('topic', text)
    .addColumn('context', text)
    .addColumn('direct_key', text, (c) => c.unique())
    .addColumn('created_by', text, (c) => c.notNull().references('users.id'))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_seq', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('rev', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('membership_rev', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('settings_rev', 'bigint', (c) => c.notNull().defaultTo(0))
    .modifyEnd(clustered(engine))
    .execute()
  await db.schema
    .createIndex('conversations_public')
    .on('conversations')
    .column('created_at')
    .where(sql.ref('visibility'), '=', sql.lit('public'))
    .execute()

  await db.schema
    .createTable('memberships')
    .addColumn('conversation_id', text, (c) => c.notNull().references('conversations.id'))
    .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
    .addColumn('role', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('read_seq', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('delivered_seq', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('joined_at', 'bigint')
    .addColumn('joined_seq', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('rev', 'bigint', (c) => c.notNull())
    .addColumn('account_rev', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('memberships_pk', ['conversation_id', 'user_id'])
    .modifyEnd(clustered(engine))
    .execute()
  await db.schema.createIndex('memberships_account').on('memberships').columns(['user_id', 'account_rev']).execute()
  await db.schema.createIndex('memberships_rev').on('memberships').columns(['conversation_id', 'rev']).execute()

  await db.schema
    .createTable('messages')
    .addColumn('conversation_id', text, (c) => c.notNull())
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('id', text, (c) => c.notNull().unique())
    .addColumn('rev', 'bigint', (c) => c.notNull())
    .addColumn('sender_id', text, (c) => c.notNull())
    .addColumn('type', text, (c) => c.notNull())
    .addColumn('body', text)
    .addColumn('sent_hash', text)
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('edited_at', 'bigint')
    .addColumn('deleted_at', 'bigint')
    .addPrimaryKeyConstraint('messages_pk', ['conversation_id', 'seq'])
    .modifyEnd(clustered(engine))
    .execute()
  // Only messages that changed after they were sent: new ones are found by their `seq`, so a send pays nothing.
  await db.schema
    .createIndex('messages_changed')
    .on('messages')
    .columns(['conversation_id', 'rev'])
    .where(sql.ref('sent_hash'), 'is not', null)
    .execute()

  await db.schema
    .createTable('meta')
    .addColumn('key', text, (c) => c.primaryKey())
    .addColumn('value', text, (c) => c.notNull())
    .execute()
}

// SQLite keeps the rows of such a table in the order of their primary key: a page of history is one contiguous read, and
// a look-up by id is one search instead of two.
const clustered = (engine: 'sqlite' | 'postgres') => (engine === 'sqlite' ? sql`without rowid` : sql``)
