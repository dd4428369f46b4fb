import { errorCatalogue, type WireError } from '@parley/protocol'
import type { Answer, Emission } from '../dialect.ts'

/**
 * Makes the function that turns a failure into their event `error`: with `code` for the failed event, and with our
 * error code as `reason`.
 */
export const failing =
  (code: string) =>
  (error: WireError): Emission[] => [
    {
      event: 'error',
      payload: {
        code,
        message: error.message,
        reason: error.code,
        requestId: error.requestId,
        ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
      },
    },
  ]

/**
 * Returns the HTTP answer to a failure: the status of its code, and a body with `statusCode`, `message`, `code` and
 * `requestId`.
 */
export const routeFailed = (error: WireError): Answer => {
  const { status } = errorCatalogue[error.code]
  return {
    status,
    body: { statusCode: status, message: error.message, code: error.code, requestId: error.requestId },
  }
}
