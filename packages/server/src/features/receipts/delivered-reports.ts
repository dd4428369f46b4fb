import type { Logger } from 'pino'
import type { GroupCommit } from '../../core/commit/group-commit.ts'
import type { OpenTransaction } from '../../core/commit/open-transaction.ts'
import type { ReportDelivered } from '../../core/foreign-position.ts'
import { advanceAll } from './receipts.ts'

interface Delivered {
  user_id: string
  conversation_id: string
  seq: number
}

/** So many marks move in one transaction: some milliseconds. */
const mostAtOnce = 200

/**
 * Keeps what devices hold that do not say so themselves, because their protocol has no word for it. Reports that come
 * while others are being kept go together, and of several about the same only the furthest counts.
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
        .run((transaction) => keep(transaction, reports))
        // What is not kept is sent once more when the person comes again: nothing is lost by that.
        .catch((err: unknown) => log.warn({ err, reports: reports.length }, 'deliveries were not kept'))
    }
    isRunning = false
  }

  return (user_id, conversation_id, seq) => {
    const key = `${conversation_id} ${user_id}`
    waiting.set(key, { user_id, conversation_id, seq: Math.max(seq, waiting.get(key)?.seq ?? 0) })
    if (!isRunning) void run()
  }
}

async function keep({ store, now, emit }: OpenTransaction, reports: readonly Delivered[]): Promise<void> {
  await store.heads.hold(reports.map(({ conversation_id }) => ({ conversationId: conversation_id })))
  const reaches = await store.reaches.all(reports)
  const stillIn = reports.flatMap(({ conversation_id: conversationId, seq }, index) => {
    const reach = reaches[index]
    if (reach?.membership.state !== 'active' || reach.membership.delivered_seq >= seq) return []
    return [{ input: { conversationId, seq }, context: { store, now, emit, reach } }]
  })
  if (stillIn.length > 0) await advanceAll(stillIn, 'delivered')
}
