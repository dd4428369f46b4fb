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

  /**
   * True if the operation was refused: it changed nothing, and the same request will be refused again while the data
   * and the sign-in stay the same. True also for codes that only newer servers have; false for local codes and for
   * `rate_limited`, `unavailable` and `internal`.
   */
  get final(): boolean {
    return isErrorCode(this.code) && !isAmong(passingErrors, this.code)
  }
}

const isAmong = (codes: readonly unknown[], code: unknown) => codes.includes(code)

/**
 * Is it a code of the server, and not a local one? True for every other string, also for codes that only newer servers
 * have: it does not look into the catalogue. False for what is no string.
 */
export const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && !isAmong(localErrors, code)

/** Makes (does not throw) the ChatError for an error that the server sent, with all its details. */
export const chatErrorFrom = (wire: WireError) => new ChatError(wire.code, wire.message, wire)

/**
 * Makes (does not throw) the ChatError for what a server sent as an error. Undefined if it has no code of a server or
 * no `requestId`: then it is none of Parley's, because another program may have answered.
 */
export const chatErrorIn = (sent: unknown): ChatError | undefined => {
  const { code, requestId } = Object(sent)
  return isErrorCode(code) && requestId !== undefined ? chatErrorFrom(sent as WireError) : undefined
}

/** Makes (does not throw) the error `closed`, for what is asked of a client after its `close`. */
export const closedHere = () => new ChatError('closed', 'This client was closed.')

/** Makes (does not throw) the error `disconnected` with this sentence as its message. */
export const disconnected = (sentence: string) => new ChatError('disconnected', sentence)

/** Makes (does not throw) the error `disconnected`, with the reason as a string in its message. */
export const unreachable = (reason: unknown) => disconnected(`The server cannot be reached (${String(reason)}).`)

/**
 * Returns the error itself if it is a ChatError, which keeps its own code; otherwise a new ChatError with `code` and
 * the error as a string for its message. Throws nothing.
 */
export const chatErrorOf = (error: unknown, code: ErrorCode | LocalErrorCode = 'disconnected') =>
  error instanceof ChatError ? error : new ChatError(code, String(error))
