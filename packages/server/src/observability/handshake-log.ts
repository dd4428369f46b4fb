import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { OperationError } from '../core/operation-error.ts'

/** Logs and counts sockets that are refused at their handshake. */
export interface HandshakeLog {
  /** `reason` must be one of ours, never a client's text: metrics count by it. */
  turnedAway(reason: string, requestId?: string): void
  /** Logs an OperationError as a refusal with its code, and any other error as a failure. */
  refused(error: unknown, requestId?: string): void
}

/**
 * Makes a log of refused handshakes: each call writes one line and calls `count` with the reason, which for `refused`
 * is the code of an OperationError, or `internal` for any other error. Without a `requestId` it makes one. Closes no
 * socket.
 */
export function createHandshakeLog(log: Logger, count: (reason: string) => void): HandshakeLog {
  const turnedAway = (reason: string, requestId: string = randomUUID()) => {
    count(reason)
    log.info({ reason, requestId }, 'handshake refused')
  }
  return {
    turnedAway,
    refused: (error, requestId = randomUUID()) => {
      if (error instanceof OperationError) return turnedAway(error.code, requestId)
      count('internal')
      log.error({ err: error, requestId }, 'handshake failed')
    },
  }
}
