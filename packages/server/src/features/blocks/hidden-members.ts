import type { ConversationAudience } from '../../core/delivery.ts'
import type { Store } from '../../storage/store.ts'
import { audienceOf, directUserIds } from '../conversations/head-store.ts'
import type { Reach } from '../memberships/reach-store.ts'

/**
 * For each of these members, in their order: the ids of the other members who must not see their activity. These are
 * the members with whom there is a block, in either direction, and the one who opened a direct conversation that awaits
 * the answer of the member. Members of a room are read from the database, active ones only; a direct conversation is
 * judged by the given reach.
 */
export async function hiddenFrom(store: Store, reaches: readonly Reach[]): Promise<string[][]> {
  const inRooms = reaches.filter(({ conversation }) => conversation.kind === 'room')
  const found = inRooms.length > 0 ? await store.blocks.hiddenFrom(inRooms.map(({ membership }) => membership)) : []
  const hidden = new Map(inRooms.map((reach, index) => [reach, found[index] ?? []]))
  // The row of a direct conversation has this already.
  return reaches.map((reach) => hidden.get(reach) ?? otherWhoMustNotSee(reach))
}

const otherWhoMustNotSee = ({ conversation, membership: { user_id } }: Reach): string[] =>
  conversation.direct_blocked || conversation.direct_awaits === user_id
    ? directUserIds(conversation).filter((id) => id !== user_id)
    : []

/**
 * The members of a conversation, except all sockets of these users, as the audience of an event; for no users like
 * `audienceOf`. The row must have the present `membership_rev`.
 */
export function audienceExcept(
  row: Parameters<typeof audienceOf>[0],
  userIds: readonly string[],
): ConversationAudience {
  if (userIds.length === 0) return audienceOf(row)
  const except = userIds.map((id) => ({ kind: 'user' as const, id }))
  // A single one is not an array, because nodes of the version before expect it so.
  return { ...audienceOf(row), except: except.length === 1 ? except[0] : except }
}
