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

/** Whom and what a kept answer names, so that it goes with them. */
export interface KeptAnswerNamesTable {
  owner: string
  key: string
  /** The id of a user or of a message; also of the user for whom it was done. */
  name: string
}

declare module '../storage/tables.ts' {
  interface Tables {
    kept_answers: KeptAnswersTable
    kept_answer_names: KeptAnswerNamesTable
  }
}
