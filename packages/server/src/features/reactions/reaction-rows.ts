import type { RowKind } from '../../core/rows/row-kind.ts'

/** The minimal bytes of a reaction in an answer. */
const reactionBytes = 150

/** How sync and other nodes read changed reactions, also removed ones, and the live events that these become. */
export const reactionRows: RowKind<'reactions'> = {
  field: 'reactions',

  changedSince: async (store, { id }, since, most) => {
    const changed = await store.reactions.changedSince(id, since, most)
    const read = async () => (changed.length > 0 ? changed : undefined)
    return { rows: changed.length, bytes: changed.length * reactionBytes, read }
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
