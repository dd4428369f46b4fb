import type { ConversationKind, MembershipState, MessageType, Role, UserRole, Visibility } from '@parley/protocol'

/*
 * The picture of the data. Ids are text, numbers are integers, times are milliseconds since 1970, JSON is text: all of
 * it means the same on SQLite and on PostgreSQL.
 */

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
}

export interface SessionsTable {
  id: string
  user_id: string
  /** SHA-256 of the refresh token that is good now. */
  refresh_hash: string
  /** SHA-256 of the one before it, which is good until that one is shown. */
  previous_hash: string | null
  rotated_at: number
  user_agent: string
  /** Recognises the address of the latest sign-in or refresh; null if it is not known. */
  address_mark: string | null
  created_at: number
  last_used_at: number
  expires_at: number
  revoked_at: number | null
}

export interface ConversationsTable {
  id: string
  kind: ConversationKind
  visibility: Visibility
  name: string | null
  topic: string | null
  context: string | null
  /** The two people and the context of a direct conversation; unique, so that there is one for each pair. */
  direct_key: string | null
  created_by: string
  created_at: number
  last_seq: number
  /** The position of the conversation: the number of its latest change. */
  rev: number
  /** The rev of the latest change to who may listen. */
  membership_rev: number
  /** The rev of the latest change to name, topic or visibility. */
  settings_rev: number
}

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

export interface MessagesTable {
  conversation_id: string
  seq: number
  id: string
  rev: number
  sender_id: string
  type: MessageType
  /** JSON of the body; null once deleted. */
  body: string | null
  /** SHA-256 of what was first sent, kept from the first edit or deletion on, so that a resend is still recognised. */
  sent_hash: string | null
  created_at: number
  edited_at: number | null
  deleted_at: number | null
}

export interface MetaTable {
  key: string
  value: string
}

export interface Tables {
  users: UsersTable
  sessions: SessionsTable
  conversations: ConversationsTable
  memberships: MembershipsTable
  messages: MessagesTable
  meta: MetaTable
}
