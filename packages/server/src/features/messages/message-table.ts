import type { MessageType } from '@parley/protocol'

export interface MessagesTable {
  conversation_id: string
  seq: number
  id: string
  rev: number
  sender_id: string
  type: MessageType
  /** JSON of the body; null once deleted. */
  body: string | null
  /** SHA-256 of what was first sent, kept from the first edit or deletion on, so that a resend is still recognised. */
  sent_hash: string | null
  created_at: number
  edited_at: number | null
  deleted_at: number | null
}

declare module '../../storage/tables.ts' {
  interface Tables {
    messages: MessagesTable
  }
}
