import type { Kysely } from 'kysely'

/**
 * Adds to sessions a mark of the address of the sign-in, null for present ones, so that a user can sign in there again,
 * even if others often guess the password. `migrate` runs it once, in a transaction.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('sessions').addColumn('address_mark', 'text').execute()
}
