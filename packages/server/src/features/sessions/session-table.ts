export interface SessionsTable {
  id: string
  user_id: string
  /** SHA-256 of the refresh token that is good now. */
  refresh_hash: string
  /** SHA-256 of the one before it, which is good until that one is shown. */
  previous_hash: string | null
  rotated_at: number
  user_agent: string
  /** By which the address of the latest sign-in or refresh is told again; null if it is not known. */
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
