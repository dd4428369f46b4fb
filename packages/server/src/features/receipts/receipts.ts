import type { Receipt } from '@parley/protocol'
import type { MemberContext } from '../../core/context.ts'
import type { MovedReceipt } from '../../core/delivery.ts'
import { batched, type Handlers } from '../../core/feature.ts'
import { audienceExcept, hiddenFrom } from '../blocks/hidden-members.ts'
import { type MembershipRow, toMembership } from '../memberships/membership-store.ts'

/** A member has read or received a conversation up to a seq. */
export interface Report {
  input: {
    conversationId: string
    seq: number
    /** The first message that was received: if messages before it are missing, nothing moves. */
    from?: number | undefined
    /** Messages up to this seq were not received: the position passes them, but they are not announced as delivered. */
    after?: number
  }
  context: Pick<MemberContext, 'store' | 'now' | 'emit' | 'reach'>
}

type What = 'read' | 'delivered'

/** Moves the caller's read and delivered positions, as `advanceAll` does: a position that is not higher is no error. */
export const receiptHandlers: Handlers<'receipt.read' | 'receipt.delivered'> = {
  'receipt.read': batched('receipt.read', (requests) => advanceAll(requests, 'read')),
  'receipt.delivered': batched('receipt.delivered', (requests) => advanceAll(requests, 'delivered')),
}

interface Move {
  report: Report
  before: MovedReceipt
}

/**
 * Moves the positions of members forward, never back and never beyond the last seq; reading counts as receiving.
 * Nothing moves for a report if messages before its `from` are missing. Emits one event for each conversation with a
 * move, or several if some positions are hidden from some members (`hiddenFrom`). A new read position also takes a rev
 * of the member's account, with an event. Resolves with a `{ receipt }` for each report, in their order, also if
 * nothing moves. The conversations must be locked; memberships in `reach` are changed in place.
 */
export async function advanceAll(reports: readonly Report[], what: What) {
  const rows = new Map<string, MembershipRow>()
  const moved = new Map<MembershipRow, Move>()
  const read = new Map<MembershipRow, Report>()
  const answers = reports.map((report) => {
    const { membership } = report.context.reach
    const key = `${membership.conversation_id} ${membership.user_id}`
    // An earlier report of the same batch may have moved it already.
    const row = rows.get(key) ?? membership
    rows.set(key, row)
    const before = beforeMove(row, report)
    if (advance(row, report, what)) moved.set(row, { report, before: moved.get(row)?.before ?? before })
    if (row.read_seq > before.readSeq) read.set(row, report)
    return { receipt: toReceipt(row) }
  })
  await storePositions(moved, read)
  for (const [row, { context }] of read) {
    context.emit({
      name: 'account.updated',
      payload: { rev: row.account_rev, memberships: [toMembership(row)], summaries: [] },
      audience: { channels: [{ kind: 'user', id: row.user_id }] },
    })
  }
  await emitToMembers(moved)
  return answers
}

/**
 * Members with a block between them do not get each other's receipts, so receipts with different audiences are separate
 * events.
 */
async function emitToMembers(moved: ReadonlyMap<MembershipRow, Move>): Promise<void> {
  const moves = [...moved]
  const [first] = moves
  if (!first) return
  const { store } = first[1].report.context
  const hidden = await hiddenFrom(
    store,
    moves.map(([, { report }]) => report.context.reach),
  )
  const shown = moves.map(([row, move], index) => ({ row, move, except: hidden[index] ?? [] }))
  for (const group of Map.groupBy(shown, ({ row, except }) => `${row.conversation_id} ${except.join(' ')}`).values()) {
    emitGroup(group as [ShownMove, ...ShownMove[]])
  }
}

interface ShownMove {
  row: MembershipRow
  move: Move
  except: string[]
}

/** Emits one event for moves that the same members must not see. */
function emitGroup(group: readonly [ShownMove, ...ShownMove[]]): void {
  const [{ row, move, except }] = group
  const { emit, reach } = move.report.context
  const audience = audienceExcept(reach.conversation, except)
  emit({
    name: 'receipt.updated',
    payload: { conversationId: row.conversation_id, receipts: group.map((shown) => toReceipt(shown.row)) },
    audience: { ...audience, about: { ...audience.about, moved: group.map((shown) => shown.move.before) } },
  })
}

const beforeMove = (row: MembershipRow, { input, context }: Report): MovedReceipt => ({
  ...toReceipt(row),
  deliveredSeq: Math.max(row.delivered_seq, input.after ?? 0),
  at: context.now,
})

/** Moves the positions in the row; returns whether any has moved. */
function advance(row: MembershipRow, { input, context }: Report, what: What): boolean {
  if (input.from !== undefined && Math.max(row.delivered_seq, row.joined_seq) < input.from - 1) return false
  const seq = Math.min(input.seq, context.reach.conversation.last_seq)
  const readSeq = what === 'read' ? Math.max(row.read_seq, seq) : row.read_seq
  const deliveredSeq = Math.max(row.delivered_seq, readSeq, what === 'delivered' ? seq : 0)
  if (readSeq === row.read_seq && deliveredSeq === row.delivered_seq) return false
  if (readSeq > row.read_seq) row.read_at = context.now
  if (deliveredSeq > row.delivered_seq) row.delivered_at = context.now
  row.read_seq = readSeq
  row.delivered_seq = deliveredSeq
  return true
}

/**
 * Stores the positions. A read position gets a rev of the account, so that other devices of the user get it by sync.
 */
async function storePositions(moved: ReadonlyMap<MembershipRow, Move>, read: ReadonlyMap<MembershipRow, Report>) {
  const [move] = moved.values()
  if (!move) return
  const { users, memberships } = move.report.context.store
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
