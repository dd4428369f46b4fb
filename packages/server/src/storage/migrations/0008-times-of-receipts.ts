import type { Kysely } from 'kysely'

/** When the read and delivered positions of a membership last moved; null if that was before this migration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('memberships').addColumn('read_at', 'bigint').execute()
  await db.schema.alterTable('memberships').addColumn('delivered_at', 'bigint').execute()
}
