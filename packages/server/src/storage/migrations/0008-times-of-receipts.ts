import type { Kysely } from 'kysely'

/** When the two marks of a membership last moved; null where that was before this was kept. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('memberships').addColumn('read_at', 'bigint').execute()
  await db.schema.alterTable('memberships').addColumn('delivered_at', 'bigint').execute()
}
