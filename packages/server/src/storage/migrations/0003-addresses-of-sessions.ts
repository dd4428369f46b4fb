import type { Kysely } from 'kysely'

/**
 * Marks where a session was signed in, so that a user can sign in there again, even if others often guess the password.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('sessions').addColumn('address_mark', 'text').execute()
}
