import type { UserRole } from '@parley/protocol'

export interface UsersTable {
  id: string
  username: string
  /** The user name in lower case, because names that differ only in case are the same. Unique. */
  username_key: string
  display_name: string
  /** User name and display name in comparable form, in two lines. */
  names_key: string
  avatar_url: string | null
  role: UserRole
  /** Null for users whom the host application authenticates. */
  password_hash: string | null
  /** The number of the latest change of the account's rows. */
  rev: number
  last_seen_at: number | null
  /** 1 if the user has chosen to appear offline. */
  appears_offline: 0 | 1
  created_at: number
  /** How often all access of the user was ended: connections that were admitted at a lower number must be closed. */
  access_rev: number
  /** When the host deactivated the user, whom the server refuses since; else null. */
  deactivated_at: number | null
  /** When an administrator suspended the user, whom the server refuses since; else null. */
  suspended_at: number | null
  /** When the user was erased; else null. The row stays without personal data, because other rows refer to its id. */
  erased_at: number | null
}

/** An index of all groups of three consecutive letters in names, by which a search finds parts of names. */
export interface UserGramsTable {
  gram: string
  username_key: string
}

/** Users whose erasure has begun and not ended. */
export interface ErasuresTable {
  user_id: string
  /** Conversations up to this id are done. */
  conversation_id: string
}

declare module '../../storage/tables.ts' {
  interface Tables {
    users: UsersTable
    user_grams: UserGramsTable
    erasures: ErasuresTable
  }
}
