import type { UserRole } from '@parley/protocol'

export interface UsersTable {
  id: string
  username: string
  /** The user name in lower case: two names that differ in case alone are one. */
  username_key: string
  display_name: string
  /** User name and display name, in two lines, in the form in which names are compared. */
  names_key: string
  avatar_url: string | null
  role: UserRole
  /** Null for users whom the host application authenticates. */
  password_hash: string | null
  /** The position of the account. */
  rev: number
  last_seen_at: number | null
  /** 1 for somebody who has chosen to appear offline. */
  appears_offline: 0 | 1
  created_at: number
  /** How often all of this user's access was ended: what was let in at a lower number has ended. */
  access_rev: number
  /** Null for users whom the server lets in. */
  deactivated_at: number | null
  /** Null unless an administrator suspended them: then the server lets them in no more than one who is deactivated. */
  suspended_at: number | null
  /** When the host erased them. Such a row stays, without anything of the person, for what names its id. */
  erased_at: number | null
}

/** Each three letters that follow each other in somebody's names, by which a part of a name is found. */
export interface UserGramsTable {
  gram: string
  username_key: string
}

/** People of whom something is left to be erased. */
export interface ErasuresTable {
  user_id: string
  /** Up to this conversation, in the order of their ids, nothing is left. */
  conversation_id: string
}

declare module '../../storage/tables.ts' {
  interface Tables {
    users: UsersTable
    user_grams: UserGramsTable
    erasures: ErasuresTable
  }
}
