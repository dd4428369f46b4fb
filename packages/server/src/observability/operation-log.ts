import type { Logger } from 'pino'
import type { OperationWatcher } from './watch-operations.ts'

export interface OperationLog extends OperationWatcher {
  /** Stores the cause of a failure until its line is written: the answer does not contain it. */
  failed(requestId: string, cause: unknown): void
}

/**
 * One line for each operation that was refused or failed, found by the request id of its answer; at level debug one for
 * every operation. Neither what was asked nor what was answered is in it.
 */
export function createOperationLog(log: Logger): OperationLog {
  const causes = new Map<string, unknown>()
  const writesAll = log.isLevelEnabled('debug')

  return {
    failed: (requestId, cause) => void causes.set(requestId, cause),
    answered: ({ operation, caller, reply, seconds }) => {
      if (reply.ok && !writesAll) return
      const who = caller.user ? { userId: caller.user.id } : { address: caller.address }
      const line = { operation, ...who, ms: Math.round(seconds * 1_000) }
      if (reply.ok) return log.debug(line, 'operation done')
      const { code, requestId } = reply.error
      const refused = { ...line, code, requestId }
      if (causes.has(requestId)) {
        log.error({ ...refused, err: causes.get(requestId) }, 'operation failed')
        causes.delete(requestId)
      } else if (writesAll) log.debug(refused, 'operation refused')
      else log.info(refused, 'operation refused')
    },
  }
}
