import type { ConversationChange, ErrorCode } from '@parley/protocol'
import { toWireError } from '../core/operation-error.ts'

/** What is known of a refusal beside its code and sentence. */
interface Refusal {
  requestId?: string
  retryAfterMs?: number
  change?: ConversationChange
  cause?: unknown
}

/**
 * What a host application asked for was refused, or failed: the code and the sentence that a client would get.
 *
 * @example
 * await parley.as('ana').ask('message.send', message).catch((error) => console.log(error.code, error.message))
 */
export class ParleyError extends Error {
  override readonly name = 'ParleyError'
  readonly code: ErrorCode
  /** Milliseconds to wait before another try; null if another try fails the same way. */
  readonly retryAfterMs: number | null
  /** Finds an operation in the server's log; null for what is no operation. */
  readonly requestId: string | null
  /** Where somebody else was first: what is true instead. */
  readonly change: ConversationChange | null

  constructor(code: ErrorCode, message: string, { requestId, retryAfterMs, change, cause }: Refusal = {}) {
    super(message, { cause })
    this.code = code
    this.retryAfterMs = retryAfterMs ?? null
    this.requestId = requestId ?? null
    this.change = change ?? null
  }
}

/** Runs what a host asked for; a refusal or failure is thrown as a ParleyError, with its cause. */
export async function orParleyError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof ParleyError) throw cause
    const { code, message, requestId: _, ...rest } = toWireError(cause, '')
    throw new ParleyError(code, message, { ...rest, cause })
  }
}
