import type { Membership } from '@parley/protocol'
import type { Store } from '../../storage/store.ts'

type Positioned = Pick<Membership, 'userId' | 'conversationId' | 'readSeq' | 'deliveredSeq'>

/**
 * Memberships or receipts as one user may see them. Positions of a user with whom there is a block are those at its
 * beginning, as if that user had not read since; in conversations that they joined later they are 0. `instead` replaces
 * further fields of such a row.
 */
export async function seenBy<Row extends Positioned>(
  store: Store,
  viewerId: string,
  rows: readonly Row[],
  instead?: Partial<Row>,
): Promise<Row[]> {
  const others = rows.filter(({ userId }) => userId !== viewerId)
  const blocked = await store.blocks.amongPairs(others.map(({ userId }) => ({ one: viewerId, other: userId })))
  const hidden = others.filter((_, index) => blocked[index])
  if (hidden.length === 0) return [...rows]
  const kept = await store.blocks.positionsFor(
    viewerId,
    hidden.map(({ userId }) => userId),
    hidden.map(({ conversationId }) => conversationId),
  )
  const keptOf = new Map(kept.map((row) => [`${row.conversation_id} ${row.user_id}`, row]))
  return rows.map((row) => {
    if (!hidden.includes(row)) return row
    const position = keptOf.get(`${row.conversationId} ${row.userId}`)
    return { ...row, ...instead, readSeq: position?.read_seq ?? 0, deliveredSeq: position?.delivered_seq ?? 0 }
  })
}

/**
 * Memberships as an event to all members shows them: positions of a user who has a block with any member are 0. Devices
 * ignore it if they know a higher position, because positions only grow.
 */
export async function seenByAll(store: Store, rows: readonly Membership[]): Promise<Membership[]> {
  const hidden = await store.blocks.hiddenFrom(
    rows.map(({ conversationId, userId }) => ({ conversation_id: conversationId, user_id: userId })),
  )
  return rows.map((row, index) => (hidden[index]?.length ? { ...row, readSeq: 0, deliveredSeq: 0 } : row))
}
