import type { MembershipState, Role } from '@parley/protocol'

export interface MembershipsTable {
  conversation_id: string
  user_id: string
  role: Role
  state: MembershipState
  read_seq: number
  delivered_seq: number
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
