import type { AccountRowKind } from '../../core/rows/account-row-kind.ts'
import { type BlockRow, toBlock } from './block-store.ts'

/**
 * The blocks that the user has made, lifted ones as `removed`, each with the blocked user. A device that holds no rows
 * yet gets no lifted ones.
 */
export const blockRows: AccountRowKind<BlockRow> = {
  changedSince: async (store, userId, since, { isAnew, most }) => {
    const rows = await store.blocks.ofAccountSince(userId, since, isAnew, most)
    return rows.map((row) => ({ rev: row.account_rev, row }))
  },

  bring: async (store, _, rows) => {
    const users = new Map((await store.users.byIds(rows.map((row) => row.other_id))).map((user) => [user.id, user]))
    return rows.map((row) => {
      const user = users.get(row.other_id)
      return { blocks: [toBlock(row)], users: user ? [user] : [] }
    })
  },
}
