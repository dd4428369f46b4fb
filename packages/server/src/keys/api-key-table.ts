export interface ApiKeysTable {
  /** The part of the key that is not secret. */
  id: string
  /** The operator's name for the key. */
  name: string
  /** A JSON array of scopes, empty for the key of a bot. */
  scopes: string
  /** The bot to whom it belongs; null for the key of a backend. */
  user_id: string | null
  /** SHA-256 of the secret part. */
  secret_hash: string
  created_at: number
  revoked_at: number | null
}

declare module '../storage/tables.ts' {
  interface Tables {
    api_keys: ApiKeysTable
  }
}
