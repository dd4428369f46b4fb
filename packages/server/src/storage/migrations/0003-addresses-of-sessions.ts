import type { Kysely } from 'kysely'

/** Those who were signed in at an address are let in there again, however much others guess. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('sessions').addColumn('address_mark', 'text').execute()
}
