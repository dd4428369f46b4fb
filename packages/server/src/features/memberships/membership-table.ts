import type { MembershipState, Role } from '@parley/protocol'

export interface MembershipsTable {
  conversation_id: string
  user_id: string
  role: Role
  state: MembershipState
  read_seq: number
  delivered_seq: number
  /** When the two marks last moved; null if they never did, or before this was kept. */
  read_at: number | null
  delivered_at: number | null
  /** Null for those who never came in, and for those who are invited again. */
  joined_at: number | null
  /** The conversation's last_seq when they came in. */
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
