import type { EventName, Membership } from '@parley/protocol'
import type { ConversationAudience } from '../../core/delivery.ts'
import type { Position, RowKind } from '../../core/rows/row-kind.ts'
import { seenByAll } from '../blocks/hidden-positions.ts'

/** The memberships of a conversation; positions are 0 where a block hides them (`seenByAll`). */
export const membershipRows: RowKind<'memberships'> = {
  field: 'memberships',
  none: [],

  // They are small and few, so reading them costs no more than counting them; `bytes` is 0.
  changedSince: async (store, conversation, since, most) => {
    const memberships = await store.memberships.changedSince(conversation.id, since, most)
    return { rows: memberships.length, bytes: 0, read: () => seenByAll(store, memberships) }
  },

  eventsOf: (memberships, from, audience) =>
    new Map(
      [...Map.groupBy(memberships, ({ rev }) => rev)].map(([rev, rows]) => [
        rev,
        { name: eventNameOf(rows, from, audience), rows },
      ]),
    ),

  usersOf: (memberships) => memberships.map(({ userId }) => userId),
}

/** Rows do not contain the event that changed them; this is the likeliest, which is enough for clients. */
function eventNameOf(rows: readonly Membership[], from: Position, { membershipRev }: ConversationAudience): EventName {
  const [first] = rows
  if (!first || first.state === 'invited') return 'membership.updated'
  if (first.state !== 'active') return 'membership.left'
  const mayHaveJoined = membershipRev > from.rev && first.rev <= membershipRev && first.joinedSeq >= from.seq
  return mayHaveJoined ? 'membership.joined' : 'membership.updated'
}
