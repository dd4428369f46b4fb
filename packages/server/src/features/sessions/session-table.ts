export interface SessionsTable {
  id: string
  user_id: string
  /** SHA-256 of the present refresh token. */
  refresh_hash: string
  /** SHA-256 of the refresh token before, which stays valid until the present one is used. */
  previous_hash: string | null
  rotated_at: number
  user_agent: string
  /** A keyed hash of the network address of the latest sign-in or refresh; null if that is unknown. */
  address_mark: string | null
  created_at: number
  last_used_at: number
  expires_at: number
  revoked_at: number | null
}

declare module '../../storage/tables.ts' {
  interface Tables {
    sessions: SessionsTable
  }
}
