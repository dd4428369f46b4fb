import type { Tally } from '@parley/protocol'
import type { Rows, SideRows } from '../../core/rows/row-kind.ts'
import { noTally } from './reaction-store.ts'

/** The tallies of messages, and the tally of each single reaction, loaded with these. */
export const tallyRows: SideRows<'tallies'> = {
  field: 'tallies',
  load: async (store, groups, { viewerId }) => {
    const tallies = await store.reactions.talliesOf(groups.flatMap(messageIdsOf), viewerId)
    const byMessage = Map.groupBy(tallies, ({ messageId }) => messageId)
    const own = viewerId === undefined ? {} : { own: false }
    return (rows) => {
      const whole = (rows.messages ?? []).flatMap(({ id }) => byMessage.get(id) ?? [])
      const beside = (rows.reactions ?? []).map(
        (reaction) =>
          byMessage.get(reaction.messageId)?.find(({ emoji }) => emoji === reaction.emoji) ?? {
            ...noTally(reaction),
            ...own,
          },
      )
      return [...new Set([...whole, ...beside])]
    }
  },
}

const messageIdsOf = ({ messages = [], reactions = [] }: Rows): string[] => [
  ...messages.flatMap(({ id, deletedAt }) => (deletedAt === null ? id : [])),
  ...reactions.map(({ messageId }) => messageId),
]

declare module '../../core/rows/row-kind.ts' {
  interface SideFields {
    tallies: Tally[]
  }
}
