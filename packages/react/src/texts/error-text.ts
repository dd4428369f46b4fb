import { ChatError } from '@parley/client'
import type { Texts } from './english/english.ts'

/**
 * A sentence about an error, for people; null for null and undefined. A string is returned as it is. A `ChatError` has
 * the sentence of its code (for `rate_limited` with the seconds to wait, if known), and its own message if there is
 * none; other `Error`s have their message; anything else has a general sentence.
 */
export function errorText(error: unknown, { errors, errorCodes }: Pick<Texts, 'errors' | 'errorCodes'>): string | null {
  if (error === null || error === undefined) return null
  if (typeof error === 'string') return error
  if (!(error instanceof ChatError)) return error instanceof Error ? error.message : errors.unknown
  if (error.code === 'rate_limited') {
    const wait = Math.ceil((error.retryAfterMs ?? 0) / 1_000)
    return wait > 0 ? errors.tooFastFor(wait) : errors.tooFast
  }
  return errorCodes[error.code] ?? error.message
}
