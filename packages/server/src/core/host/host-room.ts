import type { Conversation, Role, Visibility } from '@parley/protocol'

/** A room as a host application wants it to be. */
export interface WantedRoom {
  context: string
  /** Of a new room; the reference, if it is left out. */
  name?: string | undefined
  topic: string | null
  visibility: Visibility
  /** If a role is left out, it stays as it is; that of a new member is `member`. */
  members: readonly { userId: string; role?: Role | undefined }[]
  /** Removes all other members and invited users, except the bots of webhooks. */
  onlyThese: boolean
}

export interface EnsuredRoom {
  conversation: Conversation
  /** Was it made just now? */
  isNew: boolean
}

/**
 * Finds or makes the room that a host has for its reference, and brings its members up to date, all or nothing. See
 * `createEnsureRoom` for its refusals.
 */
export type EnsureRoom = (wanted: WantedRoom) => Promise<EnsuredRoom>
