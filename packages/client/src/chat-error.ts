import type { ConversationChange, ErrorCode, WireError } from '@parley/protocol'
import { passingErrors } from '@parley/protocol/errors'

/**
 * What can go wrong on this side of the wire.
 * `timed_out`: no answer within the limit; it may still have happened. `disconnected`: the connection was lost or the
 * server cannot be reached; likewise. `closed`: this client was closed. `cancelled`: a message was withdrawn before
 * it was sent.
 */
export type LocalErrorCode = (typeof localErrors)[number]

const localErrors = ['timed_out', 'disconnected', 'closed', 'cancelled'] as const

/** A failed operation: the catalogue's code, or what went wrong locally. */
export class ChatError extends Error {
  override readonly name = 'ChatError'
  readonly code: ErrorCode | LocalErrorCode
  /** Milliseconds to wait before another try, if the server said so. */
  readonly retryAfterMs: number | null
  /** Finds the request in the server's log; null for what never reached a server. */
  readonly requestId: string | null
  /** Where somebody else was first: what is true instead. The state shows it already. */
  readonly change: ConversationChange | null

  constructor(code: ErrorCode | LocalErrorCode, message: string, wire?: Omit<WireError, 'code' | 'message'>) {
    super(message)
    this.code = code
    this.retryAfterMs = wire?.retryAfterMs ?? null
    this.requestId = wire?.requestId ?? null
    this.change = wire?.change ?? null
  }

  /** True if it was refused, here or by the server: nothing happened, and the same request fails the same way. */
  get final(): boolean {
    return isErrorCode(this.code) && !isAmong(passingErrors, this.code)
  }
}

const isAmong = (codes: readonly unknown[], code: unknown) => codes.includes(code)

/** Is it a code of the server's? One that a later server has is final here. */
export const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && !isAmong(localErrors, code)

export const chatErrorFrom = (wire: WireError) => new ChatError(wire.code, wire.message, wire)

export const closedHere = () => new ChatError('closed', 'This client was closed.')

export const disconnected = (sentence: string) => new ChatError('disconnected', sentence)

export const unreachable = (reason: unknown) => disconnected(`The server cannot be reached (${String(reason)}).`)

/** The error as it is, if it is one of ours; else one of ours that says the same. */
export const chatErrorOf = (error: unknown, code: ErrorCode | LocalErrorCode = 'disconnected') =>
  error instanceof ChatError ? error : new ChatError(code, String(error))
