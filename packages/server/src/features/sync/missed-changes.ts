import type { EventName } from '@parley/protocol'
import type { ConversationAudience, Delivery } from '../../core/delivery.ts'
import type { Position, RowKind, Rows } from '../../core/rows/row-kind.ts'
import type { MissedRows } from './missed-rows.ts'

/**
 * Makes the live events that lead from a position to the present rows, and sends none of them. There is one for each
 * rev from `from.rev` + 1 to `change.rev`, in this order, so that clients see no gap; if no rows are left for a rev, it
 * is a `conversation.updated` without rows. New messages come in the order of their seqs. One that was edited since may
 * come earlier than its rev, and again at it; one that was deleted since comes at its rev alone.
 */
export function eventsSince(
  kinds: readonly RowKind[],
  from: Position,
  { change, sideOf }: Pick<MissedRows, 'change' | 'sideOf'>,
  audience: ConversationAudience,
): Delivery[] {
  const { conversationId } = change
  const events = new Map<number, { name: EventName; rows: Rows }>()
  for (const { field, eventsOf } of kinds) {
    const missed = change[field]
    if (!missed) continue
    // If one rev has rows of several kinds, the last feature names the event, unless its rows are only beside others.
    for (const [rev, { name, rows, isBeside }] of eventsOf(missed, from, audience)) {
      const before = events.get(rev)
      events.set(rev, { name: (isBeside && before?.name) || name, rows: { ...before?.rows, [field]: rows } })
    }
  }
  const namesUsers = (rows: Rows) => kinds.some(({ field, usersOf }) => rows[field] && usersOf)

  return Array.from({ length: change.rev - from.rev }, (_, index) => {
    const rev = from.rev + 1 + index
    const { name, rows } = events.get(rev) ?? { name: 'conversation.updated', rows: {} }
    const payload = { conversationId, rev, ...rows, ...(namesUsers(rows) && sideOf(rows)) }
    return { name, payload, audience } as Delivery
  })
}
