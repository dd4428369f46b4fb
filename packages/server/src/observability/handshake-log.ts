import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { OperationError } from '../core/operation-error.ts'

/** Told of sockets that are turned away before they can ask for anything. */
export interface HandshakeLog {
  /** For one of our own reasons, never in a client's words. */
  turnedAway(reason: string, requestId?: string): void
  /** For this error: a refusal, or a failure of ours. */
  refused(error: unknown, requestId?: string): void
}

/** Connection trouble: one line each, and counted. */
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
