import type { EventName, HttpForm, Input, OperationName, Output, Payload, User, WireError } from '@parley/protocol'
import { errorCatalogue } from '@parley/protocol'

/**
 * The translation between a foreign client's vocabulary and ours: data and pure functions. A dialect names the operations
 * to run and never runs them, so every rule of ours holds for foreign clients too, and a recorded transcript tests all of it.
 */
export interface Dialect {
  name: string
  /**
   * The fields by which its clients say who they are. A payload that names somebody else in one of them is refused: who
   * asks is what the token says.
   */
  claims: readonly string[]
  /** What its clients send, by event name. */
  incoming: Record<string, Incoming>
  /** What its clients hear, by our event. */
  outgoing: Outgoing
  routes: Route[]
  routeFailed: (error: WireError) => Answer
}

/** An operation to run as the caller. Yielded by a plan; what is sent back in is the operation's output. */
export interface PlannedOperation {
  operation: OperationName
  input: unknown
}

/** A failed operation is thrown into the plan as an `PlanError`; a plan that cannot go on throws one itself. */
export type Plan<R> = Generator<PlannedOperation, R, unknown>

/** Who asks: from the session, never from a payload. */
export interface PlanCaller {
  user: User
}

/** One event for the asking socket, or for a socket that listens. */
export interface Emission {
  event: string
  payload: unknown
}

/** One event of a foreign client. */
export interface Incoming {
  /** A good argument with every field that the documents have: tests of malformed packets begin with it. */
  example: unknown
  /** Instead of the dialect’s, where a field of that name is about somebody else here. */
  claims?: readonly string[]
  /** `argument` is the first argument of the event, whatever it may be. */
  plan: (argument: unknown, caller: PlanCaller) => Plan<IncomingResult | undefined>
  failed: (error: WireError) => Emission[]
}

export interface IncomingResult {
  /** For the asking socket alone. */
  emit?: Emission[]
  /** For a client that sent the event with an acknowledgement. */
  acknowledge?: unknown
  /** Conversations whose live events this socket wants from now on. Membership is not touched. */
  listen?: string[]
  /** Conversations whose live events this socket no longer wants. Membership is not touched. */
  unlisten?: string[]
}

/** What a stranger to our protocol must know about the conversation of an event. */
export interface ConversationFacts {
  kind: 'direct' | 'room'
  /** The two people of a direct conversation; one, if it is somebody's own. Empty for a room. */
  directUserIds: string[]
}

export type Outgoing = { [N in EventName]?: (payload: Payload<N>, about: ConversationFacts | null) => Emission[] }

export interface Route {
  method: HttpForm['method']
  /** With `:names`, as in the catalogue. */
  path: `/${string}`
  /** A good request, with every field of its body: tests of malformed requests begin with it. */
  example: { params?: Record<string, string>; body?: unknown }
  /** Instead of the dialect’s, where a field of that name is about somebody else here. */
  claims?: readonly string[]
  plan: (request: RouteRequest, caller: PlanCaller) => Plan<Answer>
}

export interface RouteRequest {
  params: Record<string, string>
  query: Record<string, string>
  /** The parsed JSON, whatever it may be; undefined without a body. */
  body: unknown
}

export interface Answer {
  status: number
  body: unknown
}

/** Why an operation failed, inside a plan and out of it. */
export class PlanError extends Error {
  readonly error: WireError

  constructor(error: WireError) {
    super(error.message)
    this.name = 'PlanError'
    this.error = error
  }
}

/**
 * Names an operation and waits for its output.
 *
 * @example
 * const { message } = yield* run('message.get', { messageId })
 */
export function* run<N extends OperationName>(
  operation: N,
  input: Input<N>,
): Generator<PlannedOperation, Output<N>, unknown> {
  const output = yield { operation, input }
  // The transport answers each step with the output of the operation that the step names.
  return output as Output<N>
}

/** Ends a plan because what the client sent makes no sense. The transport fills in the request id. */
export function refuse(message: string): never {
  throw new PlanError({ code: 'invalid_input', message, requestId: '' })
}

/** Ends a plan as if what was asked for did not exist. */
export function missing(): never {
  throw new PlanError({ code: 'not_found', message: errorCatalogue.not_found.meaning, requestId: '' })
}

/** Runs an operation that may find nothing: null then. */
export function* find<N extends OperationName>(
  operation: N,
  input: Input<N>,
): Generator<PlannedOperation, Output<N> | null, unknown> {
  try {
    return yield* run(operation, input)
  } catch (error) {
    if (error instanceof PlanError && error.error.code === 'not_found') return null
    throw error
  }
}

/** Runs an operation whose failure changes nothing about what was asked. */
export function* attempt<N extends OperationName>(
  operation: N,
  input: Input<N>,
): Generator<PlannedOperation, void, unknown> {
  try {
    yield* run(operation, input)
  } catch (error) {
    if (!(error instanceof PlanError)) throw error
  }
}
