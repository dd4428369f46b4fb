import type { ConversationChange } from './features/index.ts'

/**
 * The catalogue of errors: the meaning of each code, its HTTP status, and whether the same request may succeed when the
 * client sends it again unchanged (`retry`).
 */
export const errorCatalogue = {
  invalid_input: { status: 400, retry: false, meaning: 'The input does not match the schema of this operation.' },
  unknown_operation: { status: 404, retry: false, meaning: 'There is no operation of this name.' },
  unauthenticated: { status: 401, retry: false, meaning: 'Sign in first: the token is missing, expired or revoked.' },
  bad_credentials: { status: 401, retry: false, meaning: 'The user name and the password do not match.' },
  suspended: { status: 403, retry: false, meaning: 'An administrator of this server has suspended this account.' },
  forbidden: { status: 403, retry: false, meaning: 'You can see this, but your role does not allow the action.' },
  no_contact: { status: 403, retry: false, meaning: 'You and this person cannot write to or invite each other here.' },
  not_found: { status: 404, retry: false, meaning: 'It does not exist, or you may not see it.' },
  username_taken: { status: 409, retry: false, meaning: 'Somebody already has this user name.' },
  message_id_conflict: { status: 409, retry: false, meaning: 'This message id was already used for something else.' },
  idempotency_conflict: {
    status: 422,
    retry: false,
    meaning: 'This Idempotency-Key was already used for something else.',
  },
  attachment_unusable: {
    status: 409,
    retry: false,
    meaning: 'An attachment does not exist, is not yours, is not complete, or already belongs to another message.',
  },
  file_too_large: {
    status: 413,
    retry: false,
    meaning: 'The file is larger than this server accepts, or than its upload announced.',
  },
  file_type_refused: { status: 415, retry: false, meaning: 'This server accepts no files of this type.' },
  quota_exceeded: {
    status: 409,
    retry: false,
    meaning: 'Your files use all the storage that you have here: delete some first.',
  },
  offset_conflict: {
    status: 409,
    retry: false,
    meaning: 'The upload is at another offset: ask for it with HEAD, and continue there.',
  },
  limit_reached: { status: 409, retry: false, meaning: 'The greatest number of these is reached.' },
  offer_closed: {
    status: 409,
    retry: false,
    meaning: 'This offer is not open any more; `change` has its present state.',
  },
  last_owner: { status: 409, retry: false, meaning: 'A room keeps at least one owner: name another one first.' },
  registration_closed: { status: 403, retry: false, meaning: 'This server takes no new accounts.' },
  rate_limited: { status: 429, retry: true, meaning: 'Too many requests: wait as long as retryAfterMs says.' },
  upgrade_required: {
    status: 426,
    retry: false,
    meaning: 'This server no longer accepts the client’s protocol version.',
  },
  unavailable: {
    status: 503,
    retry: true,
    meaning: 'The server cannot do this right now, or does not know whether it did.',
  },
  internal: { status: 500, retry: true, meaning: 'The server failed; its log has the cause under the request id.' },
} as const satisfies Record<string, { status: number; retry: boolean; meaning: string }>

export type ErrorCode = keyof typeof errorCatalogue

/** The codes with `retry`, for clients: they need not load the whole catalogue. */
export const passingErrors: readonly ErrorCode[] = ['rate_limited', 'unavailable', 'internal']

/** The errors with a `change`: somebody else changed the rows first, and the `change` has their present state. */
export const errorsWithChange: readonly ErrorCode[] = ['offer_closed']

/**
 * Returns the errors that the documents list for an operation, each once: the shared ones, then its own.
 * `unauthenticated` is a shared one unless the operation is `httpOnly`. Errors of the transport are not in it, such as
 * `idempotency_conflict` for a reused `Idempotency-Key`, or `forbidden` and `not_found` for an API key.
 */
export const errorsOf = ({ httpOnly, errors = [] }: { httpOnly?: boolean; errors?: readonly ErrorCode[] }) => {
  const shared: ErrorCode[] = ['invalid_input', 'rate_limited', 'unavailable', 'internal']
  return [...new Set([...(httpOnly ? [] : (['unauthenticated'] as const)), ...shared, ...errors])]
}

/** The error that a caller gets when an operation fails. */
export interface WireError {
  code: ErrorCode
  message: string
  requestId: string
  /** Milliseconds to wait before the next try. */
  retryAfterMs?: number
  /** For `errorsWithChange`: the present state of rows that somebody else changed first. */
  change?: ConversationChange
}

/** The answer to every operation, over every transport. */
export type Reply<T> = { ok: true; data: T } | { ok: false; error: WireError }
