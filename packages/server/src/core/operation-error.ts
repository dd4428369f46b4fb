import { type ConversationChange, type ErrorCode, errorCatalogue, type WireError } from '@parley/protocol'
import type { z } from 'zod'
import { isDatabaseUnavailable } from '../storage/database.ts'

/**
 * A refusal from the catalogue. Handlers throw it; the caller receives its code, sentence, `retryAfterMs` and `change`.
 */
export class OperationError extends Error {
  readonly code: ErrorCode
  readonly retryAfterMs: number | undefined
  readonly change: ConversationChange | undefined

  /** `sentence`: the catalogue's if left out. `change`: the present rows, which the caller may see. */
  constructor(code: ErrorCode, sentence?: string, retryAfterMs?: number, change?: ConversationChange) {
    super(sentence ?? errorCatalogue[code].meaning)
    this.code = code
    this.retryAfterMs = retryAfterMs
    this.change = change
  }
}

/**
 * Makes an `invalid_input`, without throwing it, that names only the first invalid field and the reason, cut to 100 and
 * 200 UTF-16 units, and repeats no value that was sent.
 */
export function invalidInput(error: z.ZodError): OperationError {
  const [issue] = error.issues
  const place = issue && issue.path.length > 0 ? `${shortened(issue.path.join('.'), 100)}: ` : ''
  return new OperationError('invalid_input', `${place}${shortened(issue?.message ?? 'wrong shape', 200)}`)
}

/** The first `length` UTF-16 units of a text. Lone surrogates, such as a half that the cut leaves, become U+FFFD. */
export const shortened = (text: string, length: number): string => text.slice(0, length).toWellFormed()

/**
 * Makes the error that a caller receives. An OperationError keeps its code, sentence, `retryAfterMs` and `change`. Any
 * other error becomes `unavailable` if the database cannot be reached, else `internal`: both without its text, and to
 * be retried after a second. It logs nothing.
 */
export function toWireError(error: unknown, requestId: string): WireError {
  const refusal =
    error instanceof OperationError
      ? error
      : new OperationError(isDatabaseUnavailable(error) ? 'unavailable' : 'internal', undefined, 1_000)
  const { code, message, retryAfterMs, change } = refusal
  return {
    code,
    message,
    requestId,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(change && { change }),
  }
}
