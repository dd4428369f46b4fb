import { randomUUID } from 'node:crypto'
import { errorCatalogue, type WireError } from '@parley/protocol'
import type { Connection } from '../../core/connections.ts'
import { refuseClaims } from '../../dialects/claims.ts'
import { type Dialect, type Emission, type IncomingResult, PlanError } from '../../dialects/dialect.ts'
import { runPlan } from '../../dialects/run-plan.ts'
import type { ForeignSocketOptions } from '../socket-options.ts'

/** Runs the plan that a dialect makes of an event. Answers with its result or its failure; nothing for an unknown event. */
export async function planForeignEvent(
  dialect: Dialect,
  event: string,
  argument: unknown,
  { caller }: Connection,
  { runOperation, log }: ForeignSocketOptions,
): Promise<{ result?: IncomingResult; failed?: Emission[] }> {
  const incoming = dialect.incoming[event]
  if (!incoming) return {}
  const failed = (error: WireError) => ({ failed: incoming.failed(error) })
  try {
    refuseClaims(dialect, incoming, argument, caller)
    const plan = incoming.plan(argument, caller)
    return { result: await runPlan(plan, ({ operation, input }) => runOperation(operation, input, caller)) }
  } catch (error) {
    if (error instanceof PlanError && error.error.requestId !== '') return failed(error.error)
    const requestId = randomUUID()
    if (error instanceof PlanError) {
      const { code } = error.error
      log.info({ dialect: dialect.name, event, userId: caller.user.id, code, requestId }, 'event refused')
      return failed({ ...error.error, requestId })
    }
    // A mistake in a dialect is the asker's failure, not the end of the process.
    log.error({ err: error, dialect: dialect.name, event, requestId }, 'plan failed')
    return failed(internalError(requestId))
  }
}

export const internalError = (requestId: string): WireError => ({
  code: 'internal',
  message: errorCatalogue.internal.meaning,
  requestId,
})
