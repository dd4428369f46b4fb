import { type ConversationChange, type ErrorCode, errorCatalogue, type WireError } from '@parley/protocol'
import type { z } from 'zod'
import { isDatabaseUnavailable } from '../storage/database.ts'

/** A refusal from the catalogue. Handlers throw it; the caller receives its code and sentence. */
export class OperationError extends Error {
  readonly code: ErrorCode
  readonly retryAfterMs: number | undefined
  readonly change: ConversationChange | undefined

  /** `change`: what is true instead, as rows that the caller may see. */
  constructor(code: ErrorCode, sentence?: string, retryAfterMs?: number, change?: ConversationChange) {
    super(sentence ?? errorCatalogue[code].meaning)
    this.code = code
    this.retryAfterMs = retryAfterMs
    this.change = change
  }
}

/** Says what the first wrong thing of an input is, and where, without repeating what was sent. */
export function invalidInput(error: z.ZodError): OperationError {
  const [issue] = error.issues
  const place = issue && issue.path.length > 0 ? `${shortened(issue.path.join('.'), 100)}: ` : ''
  return new OperationError('invalid_input', `${place}${shortened(issue?.message ?? 'wrong shape', 200)}`)
}

/** The beginning of what a caller sent: a character that the cut goes through must not leave half of itself. */
export const shortened = (text: string, length: number): string => text.slice(0, length).toWellFormed()

/** What a caller may know of any error: never a driver's text. */
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
