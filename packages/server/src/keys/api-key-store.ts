import type { Kysely, Selectable } from 'kysely'
import { hotStatement } from '../storage/hot-statement.ts'
import type { Tables } from '../storage/tables.ts'
import type { ApiKeysTable } from './api-key-table.ts'

export type ApiKeyRow = Selectable<ApiKeysTable>

const byId = hotStatement<{ id: string }, ApiKeyRow>((db, { id }) =>
  db.selectFrom('api_keys').selectAll().where('id', '=', id),
)

/**
 * Makes the store of API keys, on a connection or in a transaction: it inserts, finds, lists and revokes them, and
 * deletes those of a bot. Revoked keys stay, and are found and listed too. Making it runs no statement.
 */
export const apiKeyStore = (db: Kysely<Tables>) => ({
  insert: (row: ApiKeyRow) => db.insertInto('api_keys').values(row).execute(),

  byId: async (id: string): Promise<ApiKeyRow | undefined> => (await byId(db, { id }))[0],

  /** All keys, also revoked ones, the oldest first. */
  all: (): Promise<ApiKeyRow[]> => db.selectFrom('api_keys').selectAll().orderBy('created_at').orderBy('id').execute(),

  /** Resolves with false, and changes nothing, if there is no such key or it is revoked already. */
  revoke: async (id: string, now: number): Promise<boolean> => {
    const rows = await db
      .updateTable('api_keys')
      .set({ revoked_at: now })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .returning('id')
      .execute()
    return rows.length > 0
  },

  /** Deletes the keys of a bot. */
  removeOf: (userId: string) => db.deleteFrom('api_keys').where('user_id', '=', userId).execute(),
})

declare module '../storage/store.ts' {
  interface Store {
    apiKeys: ReturnType<typeof apiKeyStore>
  }
}
