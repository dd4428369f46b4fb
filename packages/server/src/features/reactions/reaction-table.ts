export interface ReactionsTable {
  message_id: string
  user_id: string
  emoji: string
  conversation_id: string
  rev: number
  /** 1 once the user took it back: the row stays, so that a sync brings this change too. */
  removed: 0 | 1
}

/**
 * What would take as long to count as there are reactions, kept in the transaction of each. A row goes with the last user
 * of its emoji, so that a message has no more than 20 to be read.
 */
export interface ReactionTalliesTable {
  message_id: string
  emoji: string
  count: number
  /** JSON of the ids of the first users, in the order of their reactions. */
  user_ids: string
  /** The rev at which the count last rose from 0. */
  first_rev: number
  rev: number
}

declare module '../../storage/tables.ts' {
  interface Tables {
    reactions: ReactionsTable
    reaction_tallies: ReactionTalliesTable
  }
}
