import type { Receipt } from '@parley/protocol'
import { batched, type Handlers, type Request } from '../../core/feature.ts'
import { audienceExcept, hiddenFrom } from '../blocks/hidden-members.ts'
import { audienceOf } from '../conversations/head-store.ts'
import { type MembershipRow, toMembership } from '../memberships/membership-store.ts'
import type { receiptPolicy } from './receipt-policy.ts'

type Report = Request<'receipt.read'> | Request<'receipt.delivered'>
type What = 'read' | 'delivered'

export const receiptHandlers: Handlers<keyof typeof receiptPolicy> = {
  'receipt.read': batched('receipt.read', (requests) => advanceAll(requests, 'read')),
  'receipt.delivered': batched('receipt.delivered', (requests) => advanceAll(requests, 'delivered')),
}

/** Moves each reporter's watermarks forward, never back, and tells each conversation once about all of them. */
async function advanceAll(reports: readonly Report[], what: What) {
  const rows = new Map<string, MembershipRow>()
  const moved = new Map<MembershipRow, Report>()
  const read = new Map<MembershipRow, Report>()
  const answers = reports.map((report) => {
    const { membership } = report.context.reach
    const key = `${membership.conversation_id} ${membership.user_id}`
    // An earlier report of the same batch may have moved it already.
    const row = rows.get(key) ?? membership
    rows.set(key, row)
    const before = row.read_seq
    if (advance(row, report, what)) moved.set(row, report)
    if (row.read_seq > before) read.set(row, report)
    return { receipt: toReceipt(row) }
  })
  await keep(moved, read)
  for (const [row, { context }] of read) {
    context.emit({
      name: 'account.updated',
      payload: { rev: row.account_rev, memberships: [toMembership(row)], summaries: [] },
      audience: { channels: [{ kind: 'user', id: row.user_id }] },
    })
  }
  await tellAll([...moved])
  return answers
}

/** Members with a block between them are not told of each other, so that what others may not see goes by itself. */
async function tellAll(moved: readonly [MembershipRow, Report][]): Promise<void> {
  const [first] = moved
  if (!first) return
  const hidden = await hiddenFrom(
    first[1].context.store,
    moved.map(([, { context }]) => context.reach),
  )
  const told = moved.map(([row, { context }], index) => ({ row, context, except: hidden[index] ?? [] }))
  const groups = Map.groupBy(told, ({ row, except }) => `${row.conversation_id} ${except.join(' ')}`)
  for (const [{ row, context, except }, ...others] of groups.values() as Iterable<[Told, ...Told[]]>) {
    const { conversation } = context.reach
    context.emit({
      name: 'receipt.updated',
      payload: {
        conversationId: row.conversation_id,
        receipts: [row, ...others.map((other) => other.row)].map(toReceipt),
      },
      audience: except.length > 0 ? audienceExcept(conversation, except) : audienceOf(conversation),
    })
  }
}

interface Told {
  row: MembershipRow
  context: Report['context']
  except: string[]
}

/** Says whether it moved anything. */
function advance(row: MembershipRow, { input, context }: Report, what: What): boolean {
  const seq = Math.min(input.seq, context.reach.conversation.last_seq)
  const readSeq = what === 'read' ? Math.max(row.read_seq, seq) : row.read_seq
  const deliveredSeq = Math.max(row.delivered_seq, readSeq, what === 'delivered' ? seq : 0)
  if (readSeq === row.read_seq && deliveredSeq === row.delivered_seq) return false
  row.read_seq = readSeq
  row.delivered_seq = deliveredSeq
  return true
}

/** One's own read position is part of the account, so that one's other devices learn it even if they were away. */
async function keep(moved: ReadonlyMap<MembershipRow, Report>, read: ReadonlyMap<MembershipRow, Report>) {
  const [report] = moved.values()
  if (!report) return
  const { users, memberships } = report.context.store
  const readers = [...read.keys()]
  const revs = await users.nextRevs(readers.map((row) => row.user_id))
  readers.forEach((row, index) => {
    row.account_rev = revs[index] as number
  })
  await memberships.advanceReceipts([...moved.keys()])
}

const toReceipt = (row: MembershipRow): Receipt => ({
  userId: row.user_id,
  readSeq: row.read_seq,
  deliveredSeq: row.delivered_seq,
})
