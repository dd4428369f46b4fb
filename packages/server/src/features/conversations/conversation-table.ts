import type { ConversationKind, Visibility } from '@parley/protocol'

export interface ConversationsTable {
  id: string
  kind: ConversationKind
  visibility: Visibility
  name: string | null
  topic: string | null
  /** What the conversation is about in the host application. There is one room for each. */
  context: string | null
  /** The two people and the context of a direct conversation; unique, so that there is one for each pair. */
  direct_key: string | null
  created_by: string
  created_at: number
  last_seq: number
  /** The position of the conversation: the number of its latest change. */
  rev: number
  /** The rev of the latest change to who may listen. */
  membership_rev: number
  /** The rev of the latest change to name, topic or visibility. */
  settings_rev: number
  /** 1 while one of the two people of a direct conversation blocks the other. */
  direct_blocked: 0 | 1
  /** 1 while the people of a direct conversation are contacts, and in one's own. */
  direct_contacts: 0 | 1
  /** 1 where the people of a direct conversation had another one before it, about something else. */
  direct_later: 0 | 1
  /** Up to this user those who are invited know what the conversation is called; null where all of them do. */
  invited_told: string | null
  /** When an administrator removed the room: nobody reaches it any more. */
  removed_at: number | null
}

declare module '../../storage/tables.ts' {
  interface Tables {
    conversations: ConversationsTable
  }
}
