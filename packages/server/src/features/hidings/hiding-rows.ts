import type { AccountRowKind } from '../../core/rows/account-row-kind.ts'
import { type HidingRow, toHiding } from './hiding-store.ts'

/** The user's own hidings, those shown again as `removed`. A device that holds no rows yet gets no removed ones. */
export const hidingRows: AccountRowKind<HidingRow> = {
  changedSince: async (store, userId, since, { isAnew, most }) => {
    const rows = await store.hidings.ofAccountSince(userId, since, isAnew, most)
    return rows.map((row) => ({ rev: row.account_rev, row }))
  },

  bring: async (_store, _userId, rows) => rows.map((row) => ({ hidings: [toHiding(row)] })),
}
