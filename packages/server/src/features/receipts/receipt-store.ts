import type { MemberReceipt } from '@parley/protocol'
import type { Kysely } from 'kysely'
import type { Tables } from '../../storage/tables.ts'

/**
 * Makes the store that reads the receipts of the active members of a conversation, page by page. They are columns of
 * the memberships, whose store writes them.
 */
export const receiptStore = (db: Kysely<Tables>) => ({
  /** The receipts of active members after a user id, in the order of these. */
  page: async (conversationId: string, after: string, limit: number): Promise<MemberReceipt[]> => {
    const rows = await db
      .selectFrom('memberships')
      .select(['user_id', 'read_seq', 'delivered_seq', 'read_at', 'delivered_at', 'joined_seq'])
      .where('conversation_id', '=', conversationId)
      .where('state', '=', 'active')
      .where('user_id', '>', after)
      .orderBy('user_id')
      .limit(limit)
      .execute()
    return rows.map((row) => ({
      userId: row.user_id,
      readSeq: row.read_seq,
      deliveredSeq: row.delivered_seq,
      readAt: row.read_at,
      deliveredAt: row.delivered_at,
      joinedSeq: row.joined_seq,
    }))
  },
})

declare module '../../storage/store.ts' {
  interface Store {
    receipts: ReturnType<typeof receiptStore>
  }
}
