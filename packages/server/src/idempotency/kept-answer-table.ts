export interface KeptAnswersTable {
  /** The API key and the user for whom it was done. */
  owner: string
  /** What the caller named the request (`Idempotency-Key`). */
  key: string
  /** SHA-256 of what was asked. */
  request_hash: string
  /** What the operation committed, in JSON. */
  answer: string
  created_at: number
}

declare module '../storage/tables.ts' {
  interface Tables {
    kept_answers: KeptAnswersTable
  }
}
