import { type ConversationChange, limits } from '@parley/protocol'
import type { AnswerBudget } from '../../core/limits/answer-budget.ts'
import { bytesOfWritten, written } from '../../core/rows/answer-json.ts'
import type { ChangedRows, RowKind, Rows } from '../../core/rows/row-kind.ts'
import type { Store } from '../../storage/store.ts'
import type { ConversationHead } from '../conversations/head-store.ts'

/** The rows of a conversation that changed since a position, in their present state. */
export interface MissedRows {
  change: ConversationChange
  /** The JSON of the change. */
  json: string
  /** The side rows of some of these rows, such as their users. */
  sideOf(rows: Rows): Rows
}

/** A position from the future belongs to a lost history, for example after a backup was restored. */
const isTooFar = (now: number, since: number) => since > now || now - since > limits.changedRows

/**
 * Reads the rows of a conversation that changed after a rev: all or none, because a device with only some would have no
 * position. Resolves with `reset` if they, or the revs since then, are too many for any answer, or the rev is higher
 * than the present one; with `later` if they do not fit into what is left of the budget, which only rows that are
 * returned spend. Without `viewerId` the rows are as for all members.
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
  const changed = await changedRows(store, conversation, since)
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
  const one = written(change)
  const bytes = bytesOfWritten(one)
  if (!budget.hasRoomFor(rows, bytes)) return budget.isUntouched ? 'reset' : 'later'
  budget.spend(rows, bytes)
  return { change, json: one.json, sideOf }
}

/** The changed rows of each kind. If one kind explains all revs, the others are not asked. */
async function changedRows(store: Store, conversation: ConversationHead, since: number) {
  const { kinds } = store.rows
  const changed = new Map<RowKind['field'], ChangedRows>(
    kinds.map(({ field, none }) => [field, { rows: 0, bytes: 0, read: async () => none }]),
  )
  for (const kind of kinds.toSorted((a, b) => Number(b.mayBeSole ?? false) - Number(a.mayBeSole ?? false))) {
    const found = await kind.changedSince(store, conversation, since, limits.changedRows + 1)
    changed.set(kind.field, found)
    if (found.isSole) break
  }
  return changed
}

const sizeOf = (changed: Iterable<ChangedRows>) =>
  [...changed].reduce((all, { rows, bytes }) => ({ rows: all.rows + rows, bytes: all.bytes + bytes }), {
    rows: 0,
    bytes: 0,
  })
