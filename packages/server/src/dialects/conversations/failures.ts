import { type ErrorCode, errorCatalogue, type WireError } from '@parley/protocol'
import type { Answer, Emission } from '../dialect.ts'

const codeOf = (code: ErrorCode): string => (code === 'unauthenticated' ? 'AUTH_ERROR' : code.toUpperCase())

const toError = ({ code, message, requestId, retryAfterMs }: WireError) => ({
  code: codeOf(code),
  message,
  requestId,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
})

/** Returns the events after a failure: their event `error`, and `exception`, for which clients of NestJS listen. */
export const failed = (error: WireError): Emission[] => [
  { event: 'error', payload: toError(error) },
  { event: 'exception', payload: { status: 'error', message: error.message } },
]

/** Returns the acknowledgement of a failure: `{ status: 'error', error }`. */
export const refusal = (error: WireError) => ({ status: 'error', error: toError(error) })

/** The events for a client whose token is missing or refused, the same for every reason. */
export const authenticationFailed: Emission[] = [
  { event: 'error', payload: { message: 'Authentication failed', code: 'AUTH_ERROR' } },
  { event: 'exception', payload: { status: 'error', message: 'Authentication failed' } },
]

/**
 * Returns the HTTP answer to a failure: the status of its code, and a body of `status`, `data` (null), `code`,
 * `message`, `requestId` and, if the failure has it, `retryAfterMs`. Their codes are ours in capitals, but
 * `AUTH_ERROR` for `unauthenticated`.
 */
export const routeFailed = (error: WireError): Answer => {
  const { status } = errorCatalogue[error.code]
  return { status, body: { status, data: null, ...toError(error) } }
}
