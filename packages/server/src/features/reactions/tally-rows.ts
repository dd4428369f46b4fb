import type { Tally } from '@parley/protocol'
import type { Rows, SideRows } from '../../core/row-kind.ts'

/** The tallies of the messages that are shown; beside a single reaction, the one that it belongs to. */
export const tallyRows: SideRows<'tallies'> = {
  field: 'tallies',
  load: async (store, groups, { viewerId }) => {
    const tallies = await store.reactions.talliesOf(groups.flatMap(messageIdsOf), viewerId)
    const byMessage = Map.groupBy(tallies, ({ messageId }) => messageId)
    return (rows) => {
      const whole = (rows.messages ?? []).flatMap(({ id }) =>
        (byMessage.get(id) ?? []).filter(({ count }) => count > 0),
      )
      const picked = (rows.reactions ?? []).flatMap(
        ({ messageId, emoji }) => byMessage.get(messageId)?.find((tally) => tally.emoji === emoji) ?? [],
      )
      return [...new Set([...whole, ...picked])]
    }
  },
}

const messageIdsOf = ({ messages = [], reactions = [] }: Rows): string[] => [
  ...messages.flatMap(({ id, deletedAt }) => (deletedAt === null ? id : [])),
  ...reactions.map(({ messageId }) => messageId),
]

declare module '../../core/row-kind.ts' {
  interface SideFields {
    tallies: Tally[]
  }
}
