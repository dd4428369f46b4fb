import type { Kysely } from 'kysely'

/**
 * Adds to memberships when their read and delivered positions last moved; null if that was before this migration.
 * `migrate` runs it once, in a transaction.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('memberships').addColumn('read_at', 'bigint').execute()
  await db.schema.alterTable('memberships').addColumn('delivered_at', 'bigint').execute()
}
