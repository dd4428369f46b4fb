import type { MemberReceipt } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import { isAmong } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'

interface Asked {
  conversationId: string
  from: number
  except: readonly string[]
}

/** A position, or the last message before the member joined if that is later: it does not concern those before. */
const reached = (column: 'read_seq' | 'delivered_seq') =>
  sql<number>`case when ${sql.ref(column)} > joined_seq then ${sql.ref(column)} else joined_seq end`

export const receiptStore = (db: Kysely<Tables>) => {
  const receiptsIn = (conversationId: string) =>
    db
      .selectFrom('memberships')
      .select([
        'user_id as userId',
        'read_seq as readSeq',
        'delivered_seq as deliveredSeq',
        'read_at as readAt',
        'delivered_at as deliveredAt',
        'joined_seq as joinedSeq',
      ])
      .where('conversation_id', '=', conversationId)
      .where('state', '=', 'active')

  return {
    /** The receipts of active members after a user id, in the order of these. */
    page: (conversationId: string, after: string, limit: number): Promise<MemberReceipt[]> =>
      receiptsIn(conversationId).where('user_id', '>', after).orderBy('user_id').limit(limit).execute(),

    /**
     * At most eight receipts, from which follows what all receivers of each message from a `seq` on have read and
     * received, and since when: two of each kind, because one may be that of the sender, who is no receiver.
     */
    deciding: async ({ conversationId, from, except }: Asked): Promise<MemberReceipt[]> => {
      const members = receiptsIn(conversationId).where(({ not }) => not(isAmong(db, 'user_id', except)))
      const earliest = members.orderBy('joined_seq')
      const leastRead = members.orderBy(reached('read_seq'))
      const leastReceived = members.orderBy(reached('delivered_seq'))
      // A time that is not known comes first, because then that of all is not known either.
      const latest = members
        .where('joined_seq', '<', from)
        .orderBy(sql`delivered_at is not null`)
        .orderBy('delivered_at', 'desc')
      const found = new Map<string, MemberReceipt>()
      for (const kind of [earliest, leastRead, leastReceived, latest]) {
        for (const receipt of await kind.limit(2).execute()) found.set(receipt.userId, receipt)
      }
      return [...found.values()]
    },
  }
}

declare module '../../storage/store.ts' {
  interface Store {
    receipts: ReturnType<typeof receiptStore>
  }
}
