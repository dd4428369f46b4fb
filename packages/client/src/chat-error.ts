import type { ConversationChange, ErrorCode, WireError } from '@parley/protocol'
import { passingErrors } from '@parley/protocol/errors'

/**
 * Errors that the client itself reports. `timed_out`: no answer in time; the operation may still have run.
 * `disconnected`: the connection was lost or the server cannot be reached; the operation may have run, too. `closed`:
 * this client was closed. `cancelled`: a message was cancelled before it was sent.
 */
export type LocalErrorCode = (typeof localErrors)[number]

const localErrors = ['timed_out', 'disconnected', 'closed', 'cancelled'] as const

/** A failed operation, with a code of the protocol's catalogue or a local one. */
export class ChatError extends Error {
  override readonly name = 'ChatError'
  readonly code: ErrorCode | LocalErrorCode
  /** Milliseconds to wait before the next try, if the server said so. */
  readonly retryAfterMs: number | null
  /** The id of the request in the server's log; null if the server did not answer. */
  readonly requestId: string | null
  /** The present rows, if somebody else changed them first. The state contains them already. */
  readonly change: ConversationChange | null

  constructor(code: ErrorCode | LocalErrorCode, message: string, wire?: Omit<WireError, 'code' | 'message'>) {
    super(message)
    this.code = code
    this.retryAfterMs = wire?.retryAfterMs ?? null
    this.requestId = wire?.requestId ?? null
    this.change = wire?.change ?? null
  }

  /** True if the operation was refused: it changed nothing, and the same request will be refused again. */
  get final(): boolean {
    return isErrorCode(this.code) && !isAmong(passingErrors, this.code)
  }
}

const isAmong = (codes: readonly unknown[], code: unknown) => codes.includes(code)

/** Is it a code of the server, and not a local one? Includes codes that only later servers have. */
export const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && !isAmong(localErrors, code)

export const chatErrorFrom = (wire: WireError) => new ChatError(wire.code, wire.message, wire)

/** The error `closed`, for what is asked of a client after its `close`. */
export const closedHere = () => new ChatError('closed', 'This client was closed.')

export const disconnected = (sentence: string) => new ChatError('disconnected', sentence)

/** The error `disconnected`, with the reason in its message. */
export const unreachable = (reason: unknown) => disconnected(`The server cannot be reached (${String(reason)}).`)

/** The error itself if it is a ChatError; otherwise a ChatError with this code and the error as its message. */
export const chatErrorOf = (error: unknown, code: ErrorCode | LocalErrorCode = 'disconnected') =>
  error instanceof ChatError ? error : new ChatError(code, String(error))
