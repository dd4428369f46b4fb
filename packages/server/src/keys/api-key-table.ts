export interface ApiKeysTable {
  /** Part of the key, and no secret. */
  id: string
  /** By which its operator knows it. */
  name: string
  /** A list in JSON, empty for the key of a bot. */
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
