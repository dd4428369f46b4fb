import type { ConversationKind, Visibility } from '@parley/protocol'

export interface ConversationsTable {
  id: string
  kind: ConversationKind
  visibility: Visibility
  name: string | null
  topic: string | null
  /** The host application's reference, such as an order. There is at most one room for each. */
  context: string | null
  /** The users and the context of a direct conversation (`directKey`); unique. */
  direct_key: string | null
  created_by: string
  created_at: number
  last_seq: number
  /** The number of the latest change of the conversation. */
  rev: number
  /** The rev of the latest change of its members. */
  membership_rev: number
  /** The rev of the latest change to name, topic or visibility. */
  settings_rev: number
  /** 1 while one of the two users of a direct conversation blocks the other. */
  direct_blocked: 0 | 1
  /** 1 while the two users of a direct conversation are contacts, and in a conversation with oneself. */
  direct_contacts: 0 | 1
  /** 1 if the two users of a direct conversation had an earlier one with another context. */
  direct_later: 0 | 1
  /**
   * The user of a direct conversation whose answer the other one, who opened it, awaits: a message here, or that they
   * become contacts. Null once it was given, and where none is awaited.
   */
  direct_awaits: string | null
  /** Invited users up to this id have got the present settings by an event, in slices; null if all have. */
  invited_told: string | null
  /** When an administrator removed the room, which no user can reach since then; else null. */
  removed_at: number | null
}

declare module '../../storage/tables.ts' {
  interface Tables {
    conversations: ConversationsTable
  }
}
