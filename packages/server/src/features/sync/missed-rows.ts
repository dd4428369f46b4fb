import { type ConversationChange, limits } from '@parley/protocol'
import { type AnswerBudget, bytesOf } from '../../core/limits/answer-budget.ts'
import type { ChangedRows, RowKind, Rows } from '../../core/rows/row-kind.ts'
import type { Store } from '../../storage/store.ts'
import type { ConversationHead } from '../conversations/head-store.ts'

/** What a conversation's rows are now, of those that changed since a position. */
export interface MissedRows {
  change: ConversationChange
  /** Picks what belongs beside some of these rows. */
  sideOf(rows: Rows): Rows
}

/** A position from the future is one of a lost history. */
const isTooFar = (now: number, since: number) => since > now || now - since > limits.changedRows

/**
 * The rows of a conversation that changed after a rev, all of them or none: a device that took some could not say which
 * position it holds. `reset` where they are more than a whole answer brings, `later` where this one has no room left.
 */
export async function missedRows(
  store: Store,
  conversation: ConversationHead,
  since: number,
  budget: AnswerBudget,
  viewerId?: string,
): Promise<MissedRows | 'reset' | 'later'> {
  const { id, rev } = conversation
  if (isTooFar(rev, since)) return 'reset'
  const changed = new Map<RowKind['field'], ChangedRows>()
  for (const kind of store.rows.kinds) {
    changed.set(kind.field, await kind.changedSince(store, conversation, since, limits.changedRows + 1))
  }
  const { rows, bytes: least } = sizeOf(changed.values())
  if (rows > limits.changedRows || least > limits.conversationBytes) return 'reset'
  if (!budget.hasRoomFor(rows, least)) return 'later'

  const found: Rows = {}
  for (const [field, { read }] of changed) {
    const present = await read()
    if (present) Object.assign(found, { [field]: present })
    await budget.breathe()
  }
  const sideOf = await store.rows.sideLoad([found], viewerId)
  const change: ConversationChange = { conversationId: id, rev, ...found, ...sideOf(found) }
  const bytes = bytesOf(change)
  if (!budget.hasRoomFor(rows, bytes)) return budget.isUntouched ? 'reset' : 'later'
  budget.spend(rows, bytes)
  return { change, sideOf }
}

const sizeOf = (changed: Iterable<ChangedRows>) =>
  [...changed].reduce((all, { rows, bytes }) => ({ rows: all.rows + rows, bytes: all.bytes + bytes }), {
    rows: 0,
    bytes: 0,
  })
