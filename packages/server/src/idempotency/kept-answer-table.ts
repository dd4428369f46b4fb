export interface KeptAnswersTable {
  /** The id of the API key, a space, and the id of the user; each empty if there is none. */
  owner: string
  /** The caller's `Idempotency-Key`. */
  key: string
  /** SHA-256 of the operation and its input. */
  request_hash: string
  /** The answer of the operation, in JSON. */
  answer: string
  created_at: number
}

/** The users and messages that a stored answer names, so that it can be deleted with them. */
export interface KeptAnswerNamesTable {
  owner: string
  key: string
  /** The id of a row in the answer, such as a user or a message, or of the user of the request. */
  name: string
}

declare module '../storage/tables.ts' {
  interface Tables {
    kept_answers: KeptAnswersTable
    kept_answer_names: KeptAnswerNamesTable
  }
}
