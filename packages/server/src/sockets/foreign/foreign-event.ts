import { randomUUID } from 'node:crypto'
import { errorCatalogue, type WireError } from '@parley/protocol'
import type { Socket } from 'socket.io'
import type { Connection } from '../../core/connections.ts'
import { refuseClaims } from '../../dialects/claims.ts'
import { type Dialect, type IncomingResult, PlanError, type PlannedOperation } from '../../dialects/dialect.ts'
import { runPlan } from '../../dialects/run-plan.ts'
import type { ForeignSocketOptions } from '../socket-options.ts'
import { noteSent } from './sent-messages.ts'

export interface ForeignEvent {
  dialect: Dialect
  event: string
  argument: unknown
}

/** Runs the plan that a dialect makes of an event. Answers with its result or why it failed; nothing for an unknown event. */
export async function planForeignEvent(
  { dialect, event, argument }: ForeignEvent,
  socket: Socket,
  { caller }: Connection,
  { runOperation, planCallerOf, log }: ForeignSocketOptions,
): Promise<{ result?: IncomingResult; error?: WireError }> {
  const incoming = dialect.incoming[event]
  if (!incoming) return {}
  const run = (planned: PlannedOperation) => {
    if (dialect.spares === 'sender') noteSent(socket, planned)
    return runOperation(planned.operation, planned.input, caller)
  }
  try {
    refuseClaims(dialect, incoming, argument, caller)
    return { result: await runPlan(incoming.plan(argument, planCallerOf(caller.user)), run) }
  } catch (error) {
    if (error instanceof PlanError && error.error.requestId !== '') return { error: error.error }
    const requestId = randomUUID()
    if (error instanceof PlanError) {
      const { code } = error.error
      log.info({ dialect: dialect.name, event, userId: caller.user.id, code, requestId }, 'event refused')
      return { error: { ...error.error, requestId } }
    }
    // A mistake in a dialect is the asker's failure, not the end of the process.
    log.error({ err: error, dialect: dialect.name, event, requestId }, 'plan failed')
    return { error: internalError(requestId) }
  }
}

export const internalError = (requestId: string): WireError => ({
  code: 'internal',
  message: errorCatalogue.internal.meaning,
  requestId,
})
