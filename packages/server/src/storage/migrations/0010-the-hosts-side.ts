import type { Kysely } from 'kysely'

/** What a host application does with its people; `user-table.ts` says what for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('users')
    .addColumn('access_rev', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute()
  await db.schema.alterTable('users').addColumn('deactivated_at', 'bigint').execute()
}
