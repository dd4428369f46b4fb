import type { MemberReceipt, Membership } from '@parley/protocol'
import type { Store } from '../../storage/store.ts'

type Positions = Pick<Membership, 'readSeq' | 'deliveredSeq'>

/**
 * For each of these members, the positions that one user sees instead of the real ones; undefined if nothing hides
 * them. With a block between the two they are those at its beginning, as if the member had not read since, and 0 in
 * conversations that the member joined later. In a conversation that awaits the member's answer they are always 0.
 */
async function positionsInstead(
  store: Store,
  viewerId: string,
  members: readonly Pick<Membership, 'conversationId' | 'userId'>[],
): Promise<(Positions | undefined)[]> {
  if (members.length === 0) return []
  const pairs = members.map(({ userId }) => ({ one: userId, other: viewerId }))
  const blocked = await store.blocks.amongPairs(pairs)
  const awaited = new Set((await store.answers.awaitedBetween(pairs)).map((row) => `${row.conversationId} ${row.one}`))
  const isAwaited = ({ conversationId, userId }: (typeof members)[number]) => awaited.has(`${conversationId} ${userId}`)
  const hidden = members.filter((member, index) => member.userId !== viewerId && (blocked[index] || isAwaited(member)))
  if (hidden.length === 0) return []
  const kept = await store.blocks.positionsFor(
    viewerId,
    hidden.map(({ userId }) => userId),
    hidden.map(({ conversationId }) => conversationId),
  )
  const keptOf = new Map(kept.map((row) => [`${row.conversation_id} ${row.user_id}`, row]))
  return members.map((member) => {
    if (!hidden.includes(member)) return undefined
    const position = isAwaited(member) ? undefined : keptOf.get(`${member.conversationId} ${member.userId}`)
    return { readSeq: position?.read_seq ?? 0, deliveredSeq: position?.delivered_seq ?? 0 }
  })
}

/**
 * Memberships as one user sees them now, in their order. While a block exists between the viewer and another member,
 * that member has the read and delivered positions of when it began, or 0 if the two were not both active members then.
 * Positions are 0 also while the viewer awaits that member's answer in a direct conversation. Other rows are unchanged,
 * also the viewer's own.
 */
export async function seenBy(store: Store, viewerId: string, rows: readonly Membership[]): Promise<Membership[]> {
  const instead = await positionsInstead(store, viewerId, rows)
  return rows.map((row, index) => (instead[index] ? { ...row, ...instead[index] } : row))
}

/**
 * Receipts of a conversation as one user sees them now, in their order. Those of a user with whom there is a block, or
 * whose answer the viewer awaits there, have the same positions as with `seenBy` and no times.
 */
export async function receiptsSeenBy(
  store: Store,
  viewerId: string,
  conversationId: string,
  receipts: readonly MemberReceipt[],
): Promise<MemberReceipt[]> {
  const members = receipts.map(({ userId }) => ({ conversationId, userId }))
  const instead = await positionsInstead(store, viewerId, members)
  return receipts.map((receipt, index) => {
    const positions = instead[index]
    return positions ? { ...receipt, ...positions, readAt: null, deliveredAt: null } : receipt
  })
}

/**
 * Memberships as an event to all members shows them, in their order. Both positions are 0 for a user who has a block
 * with any active member of the conversation, or whose answer it awaits. Devices ignore that if they know a higher
 * position, because positions only grow.
 */
export async function seenByAll(store: Store, rows: readonly Membership[]): Promise<Membership[]> {
  const hidden = await store.blocks.areHiddenFromAny(
    rows.map(({ conversationId, userId }) => ({ conversation_id: conversationId, user_id: userId })),
  )
  const awaited = await store.answers.areAwaited(rows)
  return rows.map((row, index) => (hidden[index] || awaited[index] ? { ...row, readSeq: 0, deliveredSeq: 0 } : row))
}
