import { type ErrorCode, errorCatalogue, type WireError } from '@parley/protocol'

/** How a server said no. */
export interface Refused {
  code: string
  retryAfterMs: number | undefined
  /** Is it the server's own fault, a status of 500 or more? */
  isFault: boolean
}

/** Thrown where somebody is not let in. */
export class RefusedError extends Error {
  readonly refused: Refused
  constructor(frame: string) {
    super(`Refused: ${frame}`)
    this.refused = refusedFrom(frame)
  }
}

const nobody: Refused = { code: 'none', retryAfterMs: undefined, isFault: true }

/**
 * Reads the error out of a frame that refuses: an acknowledgement (`43/v1,7[{"ok":false,"error":{…}}]`) or the answer
 * to a greeting (`44/v1,{"message":"refused","data":{…}}`).
 */
export const refusedFrom = (frame: string): Refused => {
  const at = frame.search(/[[{]/)
  if (at < 0) return nobody
  const told = JSON.parse(frame.slice(at)) as [{ error?: WireError }] | { data?: WireError }
  const error = Array.isArray(told) ? told[0].error : told.data
  if (!error) return nobody
  const status = errorCatalogue[error.code as ErrorCode]?.status ?? 500
  return { code: error.code, retryAfterMs: error.retryAfterMs, isFault: status >= 500 }
}
