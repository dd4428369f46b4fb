import type { RowKind } from '../../core/row-kind.ts'
import { toReaction } from './reaction-store.ts'

/** The least that a reaction is in an answer. */
const reactionBytes = 150

export const reactionRows: RowKind<'reactions'> = {
  field: 'reactions',

  changedSince: async (store, { id }, since, most) => {
    const rows = await store.reactions.changedSince(id, since, most)
    const read = async () => (rows.length > 0 ? rows.map(toReaction) : undefined)
    return { rows: rows.length, bytes: rows.length * reactionBytes, read }
  },

  eventsOf: (reactions) =>
    new Map(
      reactions.map((reaction) => [
        reaction.rev,
        { name: reaction.removed ? 'reaction.removed' : 'reaction.added', rows: [reaction] },
      ]),
    ),

  usersOf: (reactions) => reactions.map(({ userId }) => userId),
}
