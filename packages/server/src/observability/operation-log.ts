import type { Logger } from 'pino'
import type { Answered, OperationWatcher } from './operation-watcher.ts'

export interface OperationLog extends OperationWatcher {
  /** Stores the cause of a failure, which the answer does not contain, until `refused` writes its line. */
  failed(requestId: string, cause: unknown): void
}

/**
 * Makes a watcher that writes one line for each operation that was refused or failed, with the request id of its
 * answer; if the log has level debug at this call, one for every operation. An operation whose cause was given to
 * `failed` before is logged as an error with that cause, all others as refusals, at level info or, if debug is on,
 * debug. The lines contain neither input nor output.
 */
export function createOperationLog(log: Logger): OperationLog {
  const causes = new Map<string, unknown>()
  const writesAll = log.isLevelEnabled('debug')
  const done = (answered: Answered) => {
    if (answered.reply.ok) log.debug(lineOf(answered), 'operation done')
  }

  return {
    ...(writesAll ? { answered: done } : {}),
    failed: (requestId, cause) => void causes.set(requestId, cause),
    refused: ({ error: { code, requestId }, ...answered }) => {
      const line = { ...lineOf(answered), code, requestId }
      if (causes.has(requestId)) {
        log.error({ ...line, err: causes.get(requestId) }, 'operation failed')
        causes.delete(requestId)
      } else if (writesAll) log.debug(line, 'operation refused')
      else log.info(line, 'operation refused')
    },
  }
}

const lineOf = ({ operation, caller, seconds }: Answered) => ({
  operation,
  ...(caller.user ? { userId: caller.user.id } : { address: caller.address }),
  ...(caller.key ? { keyId: caller.key.id } : {}),
  ms: Math.round(seconds * 1_000),
})
