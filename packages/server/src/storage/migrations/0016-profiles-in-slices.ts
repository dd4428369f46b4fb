import { type Kysely, sql } from 'kysely'

/** How far a changed profile has come in the conversations of its user; the file of the table says what it means. */
export async function up(db: Kysely<unknown>, engine: 'sqlite' | 'postgres'): Promise<void> {
  const text = engine === 'postgres' ? sql`text collate "C"` : 'text'
  await db.schema.alterTable('users').addColumn('profile_told', text).execute()
  await sql`create index users_with_profile_untold on users (id) where profile_told is not null`.execute(db)
}
