import type { UserRole } from '@parley/protocol'

export interface UsersTable {
  id: string
  username: string
  /** The user name in lower case: two names that differ in case alone are one. */
  username_key: string
  display_name: string
  avatar_url: string | null
  role: UserRole
  /** Null for users whom the host application authenticates. */
  password_hash: string | null
  /** The position of the account. */
  rev: number
  last_seen_at: number | null
  created_at: number
  /** How often all of this user's access was ended: what was let in at a lower number has ended. */
  access_rev: number
  /** Null for users whom the server lets in. */
  deactivated_at: number | null
}

declare module '../../storage/tables.ts' {
  interface Tables {
    users: UsersTable
  }
}
