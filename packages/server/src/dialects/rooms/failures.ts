import { errorCatalogue, type WireError } from '@parley/protocol'
import type { Answer, Emission } from '../dialect.ts'

/** Makes their event `error` with their code for the failed event, and with our error code as `reason`. */
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

export const routeFailed = (error: WireError): Answer => {
  const { status } = errorCatalogue[error.code]
  return {
    status,
    body: { statusCode: status, message: error.message, code: error.code, requestId: error.requestId },
  }
}
