import type { MembershipState, Role } from '@parley/protocol'

export interface MembershipsTable {
  conversation_id: string
  user_id: string
  role: Role
  state: MembershipState
  read_seq: number
  delivered_seq: number
  /** When `read_seq` and `delivered_seq` last moved; null if they never did, or if it was not stored yet. */
  read_at: number | null
  delivered_at: number | null
  /** Null for users who never joined or are invited again. */
  joined_at: number | null
  /** The conversation's `last_seq` when the user joined. */
  joined_seq: number
  rev: number
  /** The account's rev when this row last changed for its own user. */
  account_rev: number
}

declare module '../../storage/tables.ts' {
  interface Tables {
    memberships: MembershipsTable
  }
}
