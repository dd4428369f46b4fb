import type { AdministrationAct } from '@parley/protocol'

/** The log of acts by administrators. Rows are only added; an erasure empties the reasons of acts toward its user. */
export interface AdministrationActsTable {
  /** Consecutive, in the order of the commits. */
  number: number
  act: AdministrationAct['act']
  actor_id: string
  /** The user whom the act concerns; for a removed message its sender. */
  user_id: string | null
  conversation_id: string | null
  message_id: string | null
  reason: string
  at: number
}

/** Links by which users set a new password. Used and revoked links are deleted. */
export interface PasswordLinksTable {
  /** SHA-256 of the token; the token itself is not stored. */
  token_hash: string
  /** The user whose password it sets. */
  user_id: string
  /** The administrator who made it; the link is deleted when all their sessions end. */
  made_by: string
  expires_at: number
}

/** Removed rooms whose data is not deleted yet. */
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
