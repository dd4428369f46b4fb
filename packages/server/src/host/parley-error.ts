import type { ConversationChange, ErrorCode } from '@parley/protocol'
import { toWireError } from '../core/operation-error.ts'

/** The details of a refusal beside its code and message. */
interface Refusal {
  requestId?: string
  retryAfterMs?: number
  change?: ConversationChange
  cause?: unknown
}

/**
 * A refused or failed call of a host application, with the code and message that a client would get.
 *
 * @example
 * await parley.as('ana').ask('message.send', message).catch((error) => console.log(error.code, error.message))
 */
export class ParleyError extends Error {
  override readonly name = 'ParleyError'
  readonly code: ErrorCode
  /** Milliseconds to wait before another try; null if another try fails the same way. */
  readonly retryAfterMs: number | null
  /** The id of the operation in the server's log; null if the call was no operation. */
  readonly requestId: string | null
  /** The current state, if the call conflicted with a change by another user; else null. */
  readonly change: ConversationChange | null

  /** Details that are left out become null; `cause` becomes the `cause` of the Error. */
  constructor(code: ErrorCode, message: string, { requestId, retryAfterMs, change, cause }: Refusal = {}) {
    super(message, { cause })
    this.code = code
    this.retryAfterMs = retryAfterMs ?? null
    this.requestId = requestId ?? null
    this.change = change ?? null
  }
}

/**
 * Runs the work and settles as it does, but turns any error into a ParleyError with that error as its cause. A
 * ParleyError stays as it is, a refusal keeps its code and message, and any other error becomes `unavailable` or
 * `internal` without its text. It logs nothing.
 */
export async function orParleyError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof ParleyError) throw cause
    const { code, message, requestId: _, ...rest } = toWireError(cause, '')
    throw new ParleyError(code, message, { ...rest, cause })
  }
}
