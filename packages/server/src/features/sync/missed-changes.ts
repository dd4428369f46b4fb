import type { EventName } from '@parley/protocol'
import type { ConversationAudience, Delivery } from '../../core/delivery.ts'
import type { Position, RowKind, Rows } from '../../core/rows/row-kind.ts'
import type { MissedRows } from './missed-rows.ts'

/**
 * The live events that lead from a position to what the rows are now, one for each rev, each with the rows that have
 * this rev. What happened in between and was changed again is not to be had: its rev comes without rows, so that
 * nobody sees a gap. A device that leaves half-way finds the rest by its position.
 */
export function eventsSince(
  kinds: readonly RowKind[],
  from: Position,
  { change, sideOf }: MissedRows,
  audience: ConversationAudience,
): Delivery[] {
  const { conversationId } = change
  const events = new Map<number, { name: EventName; rows: Rows }>()
  for (const { field, eventsOf } of kinds) {
    const missed = change[field]
    if (!missed) continue
    // Where a change touched rows of several kinds, the last feature names the event: it speaks of the others.
    for (const [rev, { name, rows, isBeside }] of eventsOf(missed, from, audience)) {
      const before = events.get(rev)
      events.set(rev, { name: (isBeside && before?.name) || name, rows: { ...before?.rows, [field]: rows } })
    }
  }
  const speaksOfUsers = (rows: Rows) => kinds.some(({ field, usersOf }) => rows[field] && usersOf)

  return Array.from({ length: change.rev - from.rev }, (_, index) => {
    const rev = from.rev + 1 + index
    const { name, rows } = events.get(rev) ?? { name: 'conversation.updated', rows: {} }
    const payload = { conversationId, rev, ...rows, ...(speaksOfUsers(rows) && sideOf(rows)) }
    return { name, payload, audience } as Delivery
  })
}
