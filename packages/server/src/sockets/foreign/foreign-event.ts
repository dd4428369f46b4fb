import { randomUUID } from 'node:crypto'
import { errorCatalogue, type WireError } from '@parley/protocol'
import type { Socket } from 'socket.io'
import type { Connection } from '../../core/connections.ts'
import { refuseClaims } from '../../dialects/claims.ts'
import {
  type Anchor,
  type Anchors,
  type Dialect,
  type IncomingResult,
  PlanError,
  type PlannedOperation,
  type Together,
} from '../../dialects/dialect.ts'
import { runPlan } from '../../dialects/run-plan.ts'
import { createAnchors, type KeptAnchors } from '../../web/anchors.ts'
import type { ForeignSocketOptions } from '../socket-options.ts'
import { noteSent } from './foreign-rooms.ts'

export interface ForeignEvent {
  dialect: Dialect
  event: string
  argument: unknown
}

/** Answers an event by its acknowledgement. */
export type Acknowledge = (answer: unknown) => void

/** The first argument of an event, and its acknowledgement if the last argument is a function; else undefined. */
export function partsOf(args: readonly unknown[]): { argument: unknown; acknowledge: Acknowledge | undefined } {
  const last = args.at(-1)
  const acknowledge = typeof last === 'function' ? (last as Acknowledge) : undefined
  return { argument: args[0] === acknowledge ? undefined : args[0], acknowledge }
}

/** The result of an event's plan, or its error. Neither for an unknown event. */
export interface PlannedEvent {
  result?: IncomingResult | undefined
  error?: WireError
}

/**
 * Runs the plan that a dialect makes of an event, and resolves with its result, which the caller must apply and send.
 * Never rejects: a refusal or failure is the `error` instead, also for a payload that names another user as its author
 * (`refuseClaims`). An unknown event gives neither.
 */
export async function planForeignEvent(
  { dialect, event, argument }: ForeignEvent,
  socket: Socket,
  { caller }: Connection,
  { runOperation, planCallerOf, log }: ForeignSocketOptions,
): Promise<PlannedEvent> {
  const incoming = dialect.incoming[event]
  if (!incoming) return {}
  const run = async (planned: PlannedOperation) => {
    const answered = dialect.spares === 'sender' ? noteSent(socket, planned) : undefined
    const reply = await runOperation(planned.operation, planned.input, caller)
    answered?.()
    return reply
  }
  try {
    refuseClaims(dialect, incoming, argument, caller)
    return { result: await runPlan(incoming.plan(argument, planCallerOf(caller.user), anchorsOf(socket)), run) }
  } catch (error) {
    return { error: wireErrorOf(error, { dialect: dialect.name, event, userId: caller.user.id }, log) }
  }
}

/** The most anchors of one socket: that many histories it may page through at the same time. */
const mostAnchors = 100

const anchorsOf = (socket: Socket): Anchors => ({
  find: (key) => (socket.data.anchors as KeptAnchors | undefined)?.find(key),
})

/**
 * Remembers an anchor for later events of the socket, for ten minutes, and in place of one with the same key. Of more
 * than 100 the oldest is forgotten.
 */
export function keepAnchor(socket: Socket, { key, place }: Anchor): void {
  const anchors: KeptAnchors = socket.data.anchors ?? createAnchors({ most: mostAnchors })
  anchors.keep(key, place)
  socket.data.anchors = anchors
}

/**
 * Runs one plan for all `values`, one of each waiting event, and resolves with an outcome for each, in their order.
 * Never rejects: if the plan itself fails, all get the same error. The plan must not send messages.
 */
export async function planTogether(
  { plan }: Together,
  { dialect, event, values }: { dialect: Dialect; event: string; values: readonly unknown[] },
  { caller }: Connection,
  { runOperation, planCallerOf, log }: ForeignSocketOptions,
): Promise<readonly PlannedEvent[]> {
  const failed = (error: unknown) => ({
    error: wireErrorOf(error, { dialect: dialect.name, event, userId: caller.user.id }, log),
  })
  const run = ({ operation, input }: PlannedOperation) => runOperation(operation, input, caller)
  try {
    const outcomes = await runPlan(plan(values, planCallerOf(caller.user)), run)
    return outcomes.map((outcome) => (outcome instanceof PlanError ? failed(outcome) : { result: outcome }))
  } catch (error) {
    const all = failed(error)
    return values.map(() => all)
  }
}

function wireErrorOf(
  error: unknown,
  where: { dialect: string; event: string; userId: string },
  log: ForeignSocketOptions['log'],
): WireError {
  if (error instanceof PlanError && error.error.requestId !== '') return error.error
  const requestId = randomUUID()
  if (error instanceof PlanError) {
    log.info({ ...where, code: error.error.code, requestId }, 'event refused')
    return { ...error.error, requestId }
  }
  // A mistake in a dialect is a failed event, not the end of the process.
  log.error({ err: error, ...where, requestId }, 'plan failed')
  return internalError(requestId)
}

/** The error `internal`. It says nothing about the cause, which the caller logs with the same id. */
export const internalError = (requestId: string): WireError => ({
  code: 'internal',
  message: errorCatalogue.internal.meaning,
  requestId,
})
