import { type Kysely, sql } from 'kysely'

type Engine = 'sqlite' | 'postgres'

/**
 * Makes the tables of acts of administrators, password links, removals of rooms and hidden conversations, empty, and
 * adds the times of suspensions and removals; the tables' files say what each column means. `migrate` runs it once, in
 * a transaction.
 */
export async function up(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await addAdministration(db, engine)
  await addConsent(db, engine)
}

async function addAdministration(db: Kysely<unknown>, engine: Engine): Promise<void> {
  const text = engine === 'postgres' ? sql`text collate "C"` : 'text'
  const clustered = engine === 'sqlite' ? sql`without rowid` : sql``
  await db.schema.alterTable('users').addColumn('suspended_at', 'bigint').execute()
  await db.schema.alterTable('conversations').addColumn('removed_at', 'bigint').execute()
  // A list of rooms reads no direct conversation.
  await sql`create index conversations_that_are_rooms on conversations (id) where kind = 'room'`.execute(db)
  await db.schema
    .createTable('administration_acts')
    .addColumn('number', engine === 'postgres' ? 'bigint' : 'integer', (c) => c.primaryKey())
    .addColumn('act', text, (c) => c.notNull())
    .addColumn('actor_id', text, (c) => c.notNull())
    .addColumn('user_id', text)
    .addColumn('conversation_id', text)
    .addColumn('message_id', text)
    .addColumn('reason', text, (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('administration_acts_of_user').on('administration_acts').column('user_id').execute()
  await db.schema
    .createTable('password_links')
    .addColumn('token_hash', text, (c) => c.primaryKey())
    .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
    .addColumn('made_by', text, (c) => c.notNull().references('users.id'))
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .modifyEnd(clustered)
    .execute()
  await db.schema.createIndex('password_links_of_user').on('password_links').column('user_id').execute()
  await db.schema.createIndex('password_links_by_maker').on('password_links').column('made_by').execute()
  await db.schema
    .createTable('room_removals')
    .addColumn('conversation_id', text, (c) => c.primaryKey().references('conversations.id'))
    .modifyEnd(clustered)
    .execute()
}

async function addConsent(db: Kysely<unknown>, engine: Engine): Promise<void> {
  const text = engine === 'postgres' ? sql`text collate "C"` : 'text'
  const clustered = engine === 'sqlite' ? sql`without rowid` : sql``
  await db.schema
    .createTable('hidings')
    .addColumn('user_id', text, (c) => c.notNull().references('users.id'))
    .addColumn('conversation_id', text, (c) => c.notNull().references('conversations.id'))
    .addColumn('up_to_seq', 'bigint', (c) => c.notNull())
    .addColumn('removed', 'smallint', (c) => c.notNull())
    .addColumn('account_rev', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('hidings_pk', ['user_id', 'conversation_id'])
    .modifyEnd(clustered)
    .execute()
  await db.schema.createIndex('hidings_of_account').on('hidings').columns(['user_id', 'account_rev']).execute()
}
