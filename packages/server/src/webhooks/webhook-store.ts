import type { Kysely, Selectable } from 'kysely'
import type { Tables } from '../storage/tables.ts'
import type { WebhookEndpointsTable } from './webhook-table.ts'

export type DisabledEndpoint = Selectable<WebhookEndpointsTable>

/**
 * Makes the store of disabled endpoints of outgoing webhooks; an enabled one has no row. `disable` adds a row, or does
 * nothing if there is one; `enable` removes it, and resolves with the number of removed rows.
 */
export const webhookStore = (db: Kysely<Tables>) => ({
  /** All disabled endpoints, in any order. */
  disabled: (): Promise<DisabledEndpoint[]> => db.selectFrom('webhook_endpoints').selectAll().execute(),

  /** Adds the row. Does nothing if the endpoint is disabled already. */
  disable: (row: DisabledEndpoint) =>
    db
      .insertInto('webhook_endpoints')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute(),

  /** Removes the row; resolves with the number of removed rows. */
  enable: async (id: string): Promise<number> => {
    const { numDeletedRows } = await db.deleteFrom('webhook_endpoints').where('id', '=', id).executeTakeFirst()
    return Number(numDeletedRows)
  },
})

declare module '../storage/store.ts' {
  interface Store {
    webhooks: ReturnType<typeof webhookStore>
  }
}
