import type { MessageType } from '@parley/protocol'

export interface MessagesTable {
  conversation_id: string
  seq: number
  id: string
  rev: number
  sender_id: string
  type: MessageType
  /** The body in JSON; null once deleted. */
  body: string | null
  /**
   * SHA-256 of the first body, stored at the first edit or deletion so that a resend is recognised; empty once erased.
   */
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
