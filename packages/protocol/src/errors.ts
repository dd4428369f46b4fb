import type { ConversationChange } from './features/index.ts'

/**
 * The catalogue of errors: what each code means, which HTTP status carries it, and whether the same request may
 * succeed when it is simply sent again.
 */
export const errorCatalogue = {
  invalid_input: { status: 400, retry: false, meaning: 'The request does not have the shape this operation takes.' },
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
    meaning: 'An attachment is not there, not yours, not complete, or in another message already.',
  },
  file_too_large: {
    status: 413,
    retry: false,
    meaning: 'The file is larger than this server takes, or than was said.',
  },
  file_type_refused: { status: 415, retry: false, meaning: 'This server takes no files of this type.' },
  quota_exceeded: {
    status: 409,
    retry: false,
    meaning: 'Your files take as much room as they may: delete some first.',
  },
  offset_conflict: {
    status: 409,
    retry: false,
    meaning: 'The upload stands at another offset: ask for it, and go on there.',
  },
  limit_reached: { status: 409, retry: false, meaning: 'There are as many of these as there may be.' },
  offer_closed: {
    status: 409,
    retry: false,
    meaning: 'This offer is not open any more; `change` says what became of it.',
  },
  last_owner: { status: 409, retry: false, meaning: 'A room keeps at least one owner: name another one first.' },
  registration_closed: { status: 403, retry: false, meaning: 'This server takes no new accounts.' },
  rate_limited: { status: 429, retry: true, meaning: 'Too many requests: wait as long as retryAfterMs says.' },
  upgrade_required: { status: 426, retry: false, meaning: 'This client speaks a protocol that is no longer served.' },
  unavailable: {
    status: 503,
    retry: true,
    meaning: 'The server cannot do this right now, or cannot tell whether it did.',
  },
  internal: { status: 500, retry: true, meaning: 'The server failed; the request id finds the cause in its log.' },
} as const satisfies Record<string, { status: number; retry: boolean; meaning: string }>

export type ErrorCode = keyof typeof errorCatalogue

/** The codes with `retry`, for a client, which carries no more of the catalogue. */
export const passingErrors: readonly ErrorCode[] = ['rate_limited', 'unavailable', 'internal']

/** The errors that bring a `change`: somebody else was first, and these are the rows as they are now. */
export const errorsWithChange: readonly ErrorCode[] = ['offer_closed']

/** What an operation may answer: the errors that all share, and its own. Only those for strangers do not ask who calls. */
export const errorsOf = ({ httpOnly, errors = [] }: { httpOnly?: boolean; errors?: readonly ErrorCode[] }) => {
  const shared: ErrorCode[] = ['invalid_input', 'rate_limited', 'unavailable', 'internal']
  return [...new Set([...(httpOnly ? [] : (['unauthenticated'] as const)), ...shared, ...errors])]
}

/** What travels to a caller when an operation fails. `retryAfterMs` is in milliseconds. */
export interface WireError {
  code: ErrorCode
  message: string
  requestId: string
  retryAfterMs?: number
  /** Where somebody else was first: the rows as they are now. */
  change?: ConversationChange
}

/** The answer to every operation, over every transport. */
export type Reply<T> = { ok: true; data: T } | { ok: false; error: WireError }
