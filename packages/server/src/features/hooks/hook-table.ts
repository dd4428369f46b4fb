export interface HooksTable {
  /** The part of its address that is not secret. */
  id: string
  conversation_id: string
  /** The bot that was made with it. */
  user_id: string
  name: string
  /** SHA-256 of the secret part of its address. */
  secret_hash: string
  created_by: string
  created_at: number
}

declare module '../../storage/tables.ts' {
  interface Tables {
    hooks: HooksTable
  }
}
