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
  /**
   * What the sender of messages hears when somebody has received or read them: of each message once of each, and only when
   * it is true. Left out where the clients have no word for it.
   */
  statuses?: (change: StatusChange, about: ConversationFacts) => Emission[]
  /** Its clients have no event for an offer that changes: they get the event for a message that changes. */
  tellsOffersAsEdits?: true
  /** The socket that sent a message does not hear of it: it has its answer. */
  spares?: 'sender'
  /** How clients show who they are that connected without a token; left out where they may not. */
  entrance?: Entrance
  routes: Route[]
  routeFailed: (error: WireError) => Answer
}

/**
 * How a client shows who it is after it has connected, by the event `authenticate`, whose argument may hold the token; else
 * it is that of the handshake. It has ten seconds. Before it, nothing it says is taken and nothing is told.
 */
export interface Entrance {
  /** Where such clients connect. On `/io` nobody is asked for a token before; on `/socket.io` a token that is shown must be good. */
  path: '/io' | '/socket.io'
  accepted: (facts: EntranceFacts) => Emission[]
  /** Before the connection is closed. */
  refused: (why: 'token' | 'connections' | 'expired' | 'revoked', time: string) => Emission[]
  /** What the server sends again and again to a client that has entered. */
  heartbeat?: (time: string) => Emission
}

export interface EntranceFacts {
  socketId: string
  user: User
  /** An ISO date. */
  time: string
}

/** That somebody received or read messages of one sender. */
export interface StatusChange {
  conversationId: string
  /** Who received or read them. */
  userId: string
  status: 'delivered' | 'read'
  /** Milliseconds since 1970. */
  at: number
  messages: MessagePlace[]
}

/** A message without what it says. */
export interface MessagePlace {
  id: string
  seq: number
  senderId: string
}

/** An operation to run as the caller. Yielded by a plan; what is sent back in is the operation's output. */
export interface PlannedOperation {
  operation: OperationName
  input: unknown
}

/** A failed operation is thrown into the plan as an `PlanError`; a plan that cannot go on throws one itself. */
export type Plan<R> = Generator<PlannedOperation, R, unknown>

/** What the server lends to plans, and to words. */
export interface Lent {
  addressOf: FileAddress
  /** Does the operator let clients show files that lie elsewhere, by an `https:` address in a message? */
  fileLinks: boolean
}

/** Who asks, from the session and never from a payload. */
export interface PlanCaller extends Lent {
  user: User
  /** The currency of an amount for which none was named. */
  currency: string
}

/** The address of an attachment that is good for one user and some minutes; whether they may see it is asked at each use. */
export type FileAddress = (attachmentId: string, variant?: 'original' | 'thumbnail') => string

/** One event for the asking socket, or for a socket that listens. */
export interface Emission {
  event: string
  payload: unknown
  /**
   * `joined`: only for sockets that joined the conversation, which is what those do that ask to `listen`. Left out for all
   * that hear it, which are those of its members.
   */
  to?: 'joined'
}

/** One event of a foreign client. */
export interface Incoming {
  /** A good argument with every field that the documents have: tests of malformed packets begin with it. */
  example: unknown
  /** Instead of the dialect’s, where a field of that name is about somebody else here. */
  claims?: readonly string[]
  /**
   * Its plan is one command, and queries after it if any: those of one socket that follow each other go into one commit, in
   * their order, and do not wait for each other’s. All other events wait until what came before them is done.
   */
  isOneCommand?: true
  /**
   * Several that wait are planned together, and nothing else waits for them: where only the furthest of many counts, as
   * with marks. What they are refused because their client is too fast is tried again a little later.
   */
  together?: Together
  /** `argument` is the first argument of the event, whatever it may be. */
  plan: (argument: unknown, caller: PlanCaller) => Plan<IncomingResult | undefined>
  failed: (error: WireError) => Emission[]
  /** The acknowledgement of a failure; `{ ok: false, error }` with the payload of `failed`, if left out. */
  refusal?: (error: WireError) => unknown
}

/** How events are planned that wait together. Those that have the same one may be of several names. */
export interface Together {
  /** What counts of an argument. It is kept while it waits, so it must be small. Throws where `plan` would refuse it. */
  read: (argument: unknown, event: string) => unknown
  /** An outcome for each, in their order. */
  plan: (values: readonly unknown[], caller: PlanCaller) => Plan<readonly Outcome[]>
}

export type Outcome = IncomingResult | PlanError

export const together = <V>(
  read: (argument: unknown, event: string) => V,
  plan: (values: readonly V[], caller: PlanCaller) => Plan<readonly Outcome[]>,
): Together => ({ read, plan: (values, caller) => plan(values as readonly V[], caller) })

/** The plan of one of them alone. */
export const alone = (event: string, { read, plan }: Together): Incoming['plan'] =>
  function* (argument, caller) {
    const [outcome] = yield* plan([read(argument, event)], caller)
    if (outcome instanceof PlanError) throw outcome
    return outcome
  }

export interface IncomingResult {
  /** For the asking socket alone. */
  emit?: Emission[]
  /** For a client that sent the event with an acknowledgement. */
  acknowledge?: unknown
  /** To run once the client is answered: whether they succeed changes nothing about what was asked. */
  afterwards?: PlannedOperation[]
  /** For the asking socket alone, if it sent the event without one. */
  unacknowledged?: Emission[]
  /** Conversations that this socket joins, and whose live events it wants from now on. Membership is not touched. */
  listen?: string[]
  /** Conversations whose live events this socket no longer wants. Membership is not touched. */
  unlisten?: string[]
}

/** What a stranger to our protocol must know about the conversation of an event. */
export interface ConversationFacts {
  kind: 'direct' | 'room'
  /** The two people of a direct conversation; one, if it is somebody's own. Empty for a room. */
  directUserIds: string[]
  /** The two people of this direct conversation had another one before it, about something else. */
  isLater?: boolean | undefined
  /** Of an event about receipts: where the marks stood before, and when they moved. */
  moved?: { userId: string; readSeq: number; deliveredSeq: number; at: number }[]
  /** Of an event about typing: what the person is called. */
  username?: string
}

/** Where the words depend on `addressOf`, they are made for each hearer; else once for all. */
export type Outgoing = {
  [N in EventName]?: (payload: Payload<N>, about: ConversationFacts | null, lent: Lent) => Emission[]
}

export interface Route {
  method: HttpForm['method']
  /** With `:names`, as in the catalogue. */
  path: `/${string}`
  /** A good request, with every field of its body: tests of malformed requests begin with it. */
  example: { params?: Record<string, string>; body?: unknown }
  /** Instead of the dialect’s, where a field of that name is about somebody else here. */
  claims?: readonly string[]
  /** Its body is a form with a file. The route of ours at this path, below that of the API, takes it before the plan begins. */
  formTo?: string
  plan: (request: RouteRequest, caller: PlanCaller) => Plan<Answer>
  /** Several of one caller that wait are planned together: where only the furthest of many counts, as with marks. */
  together?: RequestsTogether
}

export interface RequestsTogether {
  /** What counts of a request. It is kept while it waits, so it must be small. Throws where `plan` would refuse it. */
  read: (request: RouteRequest) => unknown
  /** An outcome for each, in their order. */
  plan: (values: readonly unknown[], caller: PlanCaller) => Plan<readonly (Answer | PlanError)[]>
}

export interface RouteRequest {
  params: Record<string, string>
  query: Record<string, string>
  /** The parsed JSON, whatever it may be; undefined without a body. */
  body: unknown
  /** What our route answered that took the form. */
  taken?: unknown
  anchors: Anchors
}

/**
 * Places that answers were given from, by keys of the dialect’s own: pages that are asked for by number must be counted
 * from one place. A node remembers them for some minutes; what it forgot is undefined.
 */
export interface Anchors {
  find(key: string): number | undefined
}

export interface Answer {
  status: number
  body: unknown
  /** A place to remember, under a key that names the caller. */
  anchor?: { key: string; place: number }
  /** To run once the client is answered: whether they succeed changes nothing about what was asked. */
  afterwards?: PlannedOperation[]
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

/** Names an operation to run afterwards. */
export const later = <N extends OperationName>(operation: N, input: Input<N>): PlannedOperation => ({
  operation,
  input,
})

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
