import type { MemberReceipt } from '@parley/protocol'
import type { Store } from '../../storage/store.ts'
import { hiddenFrom } from '../blocks/hidden-members.ts'
import type { Reach } from '../memberships/reach-store.ts'

/**
 * The few receipts that decide what all members have of the messages from this `seq` on, as the caller may see them.
 * Those of users with whom the caller has a block are all among them, with the positions at its beginning.
 */
export async function decidingReceipts(store: Store, reach: Reach, from: number): Promise<MemberReceipt[]> {
  const { conversation_id: conversationId, user_id: viewerId } = reach.membership
  const [hidden = []] = await hiddenFrom(store, [reach])
  const shown = await store.receipts.deciding({ conversationId, from, except: hidden })
  if (hidden.length === 0) return shown
  const rows = await store.memberships.of(conversationId, hidden)
  const kept = await store.blocks.positionsFor(viewerId, hidden, [conversationId])
  const keptOf = new Map(kept.map((row) => [row.user_id, row]))
  const still = rows.map(
    ({ user_id: userId, joined_seq: joinedSeq }): MemberReceipt => ({
      userId,
      joinedSeq,
      readSeq: keptOf.get(userId)?.read_seq ?? 0,
      deliveredSeq: keptOf.get(userId)?.delivered_seq ?? 0,
      readAt: null,
      deliveredAt: null,
    }),
  )
  return [...shown, ...still]
}
