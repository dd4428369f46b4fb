export interface ReactionsTable {
  message_id: string
  user_id: string
  emoji: string
  conversation_id: string
  rev: number
  /** 1 once the user removed it: the row stays, so that a sync includes this change. */
  removed: 0 | 1
}

/**
 * The number of reactions to a message with an emoji, updated in the transaction of each reaction, so that reading it
 * does not require counting. The row is deleted with the last reaction, so that a message has at most 20 rows.
 */
export interface ReactionTalliesTable {
  message_id: string
  emoji: string
  count: number
  /** A JSON array with the ids of the first users, in the order of their reactions. */
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
