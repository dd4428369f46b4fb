import { type ErrorCode, errorCatalogue, type WireError } from '@parley/protocol'

/** A refusal of a server. */
export interface Refused {
  code: string
  retryAfterMs: number | undefined
  /** Whether the error is the server's fault: a status of 500 or more. */
  isFault: boolean
}

/** Thrown for a refused handshake or call, with the frame that refuses it. */
export class RefusedError extends Error {
  readonly refused: Refused
  constructor(frame: string) {
    super(`Refused: ${frame}`)
    this.refused = refusedFrom(frame)
  }
}

const unexplained: Refused = { code: 'none', retryAfterMs: undefined, isFault: true }

/**
 * Reads the error out of a frame that refuses: an acknowledgement (`43/v1,7[{"ok":false,"error":{…}}]`) or the answer
 * to a greeting (`44/v1,{"message":"refused","data":{…}}`).
 */
export const refusedFrom = (frame: string): Refused => {
  const at = frame.search(/[[{]/)
  if (at < 0) return unexplained
  const payload = JSON.parse(frame.slice(at)) as [{ error?: WireError }] | { data?: WireError }
  const error = Array.isArray(payload) ? payload[0].error : payload.data
  if (!error) return unexplained
  const status = errorCatalogue[error.code as ErrorCode]?.status ?? 500
  return { code: error.code, retryAfterMs: error.retryAfterMs, isFault: status >= 500 }
}
