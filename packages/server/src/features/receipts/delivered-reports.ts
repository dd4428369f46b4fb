import type { Logger } from 'pino'
import type { GroupCommit } from '../../core/commit/group-commit.ts'
import type { OpenTransaction } from '../../core/commit/open-transaction.ts'
import { mergeRanges, type ReceivedRange, type ReportDelivered } from '../../core/foreign-position.ts'
import { advanceAll } from './receipts.ts'

interface Delivered {
  user_id: string
  conversation_id: string
  received: ReceivedRange
}

/** The most receipts in one transaction, which takes some milliseconds. */
const mostAtOnce = 200

/**
 * Makes the function `(userId, conversationId, { after, upTo })`, which moves the delivered position to `upTo` for
 * foreign clients whose protocol cannot report it, and announces only messages behind `after`. It returns at once;
 * reports that arrive during a transaction are merged into the next one, for each member with the highest `after` and
 * `upTo`. It skips users who are no active members and positions that are not higher. A failure is logged, not
 * repeated.
 */
export function createDeliveredReports(groupCommit: Pick<GroupCommit, 'run'>, log: Logger): ReportDelivered {
  const waiting = new Map<string, Delivered>()
  let isRunning = false

  const run = async () => {
    isRunning = true
    while (waiting.size > 0) {
      const some = [...waiting].slice(0, mostAtOnce)
      for (const [key] of some) waiting.delete(key)
      const reports = some.map(([, report]) => report)
      await groupCommit
        .run((transaction) => storeReports(transaction, reports))
        // Without a receipt the messages are only sent again when the user connects the next time.
        .catch((err: unknown) => log.warn({ err, reports: reports.length }, 'delivered receipts were not stored'))
    }
    isRunning = false
  }

  return (user_id, conversation_id, received) => {
    const key = `${conversation_id} ${user_id}`
    waiting.set(key, { user_id, conversation_id, received: mergeRanges(received, waiting.get(key)?.received) })
    if (!isRunning) void run()
  }
}

async function storeReports({ store, now, emit }: OpenTransaction, reports: readonly Delivered[]): Promise<void> {
  await store.heads.hold(reports.map(({ conversation_id }) => ({ conversationId: conversation_id })))
  const reaches = await store.reaches.all(reports)
  const stillIn = reports.flatMap(({ conversation_id: conversationId, received }, index) => {
    const reach = reaches[index]
    const { after, upTo: seq } = received
    if (reach?.membership.state !== 'active' || reach.membership.delivered_seq >= seq) return []
    return [{ input: { conversationId, seq, after }, context: { store, now, emit, reach } }]
  })
  if (stillIn.length > 0) await advanceAll(stillIn, 'delivered')
}
