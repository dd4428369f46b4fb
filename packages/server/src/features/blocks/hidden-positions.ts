import type { MemberReceipt, Membership } from '@parley/protocol'
import type { Store } from '../../storage/store.ts'

type Positions = Pick<Membership, 'readSeq' | 'deliveredSeq'>

/**
 * For each of these members, the positions that one user sees instead of the real ones; undefined without a block
 * between the two. They are those at the beginning of the block, as if the member had not read since; in conversations
 * that the member joined later they are 0.
 */
async function positionsInstead(
  store: Store,
  viewerId: string,
  members: readonly Pick<Membership, 'conversationId' | 'userId'>[],
): Promise<(Positions | undefined)[]> {
  const blocked = await store.blocks.amongPairs(members.map(({ userId }) => ({ one: viewerId, other: userId })))
  const hidden = members.filter(({ userId }, index) => userId !== viewerId && blocked[index])
  if (hidden.length === 0) return []
  const kept = await store.blocks.positionsFor(
    viewerId,
    hidden.map(({ userId }) => userId),
    hidden.map(({ conversationId }) => conversationId),
  )
  const keptOf = new Map(kept.map((row) => [`${row.conversation_id} ${row.user_id}`, row]))
  return members.map((member) => {
    if (!hidden.includes(member)) return undefined
    const position = keptOf.get(`${member.conversationId} ${member.userId}`)
    return { readSeq: position?.read_seq ?? 0, deliveredSeq: position?.delivered_seq ?? 0 }
  })
}

/**
 * Memberships as one user sees them now, in their order. While a block exists between the viewer and another member,
 * that member has the read and delivered positions of when it began, or 0 if they joined later. Other rows are
 * unchanged, also the viewer's own.
 */
export async function seenBy(store: Store, viewerId: string, rows: readonly Membership[]): Promise<Membership[]> {
  const instead = await positionsInstead(store, viewerId, rows)
  return rows.map((row, index) => (instead[index] ? { ...row, ...instead[index] } : row))
}

/**
 * Receipts of a conversation as one user sees them now, in their order. Those of a user with whom there is a block have
 * the positions of when it began (as with `seenBy`) and no times.
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
 * Memberships as an event to all members shows them, in their order: both positions of a user who has a block with any
 * active member of the conversation are 0. Devices ignore it if they know a higher position, because positions only
 * grow.
 */
export async function seenByAll(store: Store, rows: readonly Membership[]): Promise<Membership[]> {
  const hidden = await store.blocks.areHiddenFromAny(
    rows.map(({ conversationId, userId }) => ({ conversation_id: conversationId, user_id: userId })),
  )
  return rows.map((row, index) => (hidden[index] ? { ...row, readSeq: 0, deliveredSeq: 0 } : row))
}
