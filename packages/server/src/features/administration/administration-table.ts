import type { AdministrationAct } from '@parley/protocol'

/** The log of what administrators did. Rows are only added; an erasure empties the reasons about its person. */
export interface AdministrationActsTable {
  /** Taken one by one, without gaps, in the order of the commits. */
  number: number
  act: AdministrationAct['act']
  actor_id: string
  /** The person it was done to, or who had sent the message. */
  user_id: string | null
  conversation_id: string | null
  message_id: string | null
  reason: string
  at: number
}

/** Links by which people set a new password. One that was used or has ended is deleted. */
export interface PasswordLinksTable {
  /** SHA-256 of the token, which is stored nowhere. */
  token_hash: string
  /** Whose password it sets. */
  user_id: string
  /** The administrator who made it: it ends when all their sessions do. */
  made_by: string
  expires_at: number
}

/** Rooms that were removed and of which something is left to be deleted. */
export interface RoomRemovalsTable {
  conversation_id: string
}

declare module '../../storage/tables.ts' {
  interface Tables {
    administration_acts: AdministrationActsTable
    password_links: PasswordLinksTable
    room_removals: RoomRemovalsTable
  }
}
