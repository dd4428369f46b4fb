import type { EventName, HttpForm, Input, OperationName, Output, Payload, User, WireError } from '@parley/protocol'
import { errorCatalogue } from '@parley/protocol'

/**
 * Translates between the vocabulary of a foreign client and ours, by data and pure functions. Plans name operations and
 * the server runs them, so all our rules apply to foreign clients too, and recorded transcripts can test a dialect.
 */
export interface Dialect {
  name: string
  /**
   * The fields in which its clients name themselves. A payload that names another user in one of them is refused,
   * because the token alone identifies the caller.
   */
  claims: readonly string[]
  /** The events that its clients send, by name. */
  incoming: Record<string, Incoming>
  /** The events that its clients receive, by the name of our event. */
  outgoing: Outgoing
  /**
   * The events for the sender of messages when a receiver has received or read them: for each message and receiver once
   * per status. Left out if the clients have no such event.
   */
  statuses?: (change: StatusChange, about: ConversationFacts) => Emission[]
  /** Sends a change of an offer as an edit of its message, for clients that have no event for offers. */
  tellsOffersAsEdits?: true
  /** `sender`: a new message is not sent to the socket that sent it, because that gets the answer. */
  spares?: 'sender'
  /** How clients authenticate that connected without a token; left out if they must have one. */
  entrance?: Entrance
  routes: Route[]
  /** The answer to a failed HTTP request. */
  routeFailed: (error: WireError) => Answer
}

/**
 * How clients authenticate after they have connected: by the event `authenticate`, within ten seconds, with the token
 * in its argument or in the handshake. Before that the server ignores their other events and sends them none.
 */
export interface Entrance {
  /**
   * Where such clients connect. `/io` ignores the token of the handshake; on `/socket.io` a token there must be valid.
   */
  path: '/io' | '/socket.io'
  /** The events for a client that has authenticated; the payload of the last is also the acknowledgement. */
  accepted: (facts: EntranceFacts) => Emission[]
  /** The events before the connection is closed; the payload of the first is also the acknowledgement. */
  refused: (why: 'token' | 'connections' | 'expired' | 'revoked', time: string) => Emission[]
  /** An event that the server sends regularly to authenticated clients. */
  heartbeat?: (time: string) => Emission
}

export interface EntranceFacts {
  socketId: string
  user: User
  /** An ISO date. */
  time: string
}

/** A receiver has received or read messages of one sender. */
export interface StatusChange {
  conversationId: string
  /** The receiver. */
  userId: string
  status: 'delivered' | 'read'
  /** Milliseconds since 1970. */
  at: number
  messages: MessagePlace[]
}

/** A message without its content. */
export interface MessagePlace {
  id: string
  seq: number
  senderId: string
}

/** An operation to run as the caller. A plan yields it and gets the output of the operation back. */
export interface PlannedOperation {
  operation: OperationName
  input: unknown
}

/**
 * A generator that yields the operations to run. A failed operation throws a `PlanError` inside the plan; a plan that
 * cannot go on throws one itself.
 */
export type Plan<R> = Generator<PlannedOperation, R, unknown>

/** What the server provides to plans and translations. */
export interface Lent {
  addressOf: FileAddress
  /** Whether the operator allows links to files on other servers (`https:`) in messages. */
  fileLinks: boolean
}

/** The user of the session for which a plan runs. */
export interface PlanCaller extends Lent {
  user: User
  /** The currency of an amount without one. */
  currency: string
}

/**
 * Makes the URL of an attachment, for one user and some minutes; the server still checks at each use whether the user
 * may see it.
 */
export type FileAddress = (attachmentId: string, variant?: 'original' | 'thumbnail') => string

/** One event to send to a foreign client. */
export interface Emission {
  event: string
  payload: unknown
  /** `joined`: only to sockets that joined the conversation by `listen`. Left out: to all sockets of its members. */
  to?: 'joined'
}

/** How an event of a foreign client is handled. */
export interface Incoming {
  /** A valid argument with every documented field: tests of malformed packets start from it. */
  example: unknown
  /** Replaces the `claims` of the dialect, for an event in which such a field names another user. */
  claims?: readonly string[]
  /**
   * The plan runs one command first, and then only queries. Consecutive events of this kind on one socket then share a
   * commit, in their order, and do not wait for each other. All other events wait until earlier ones are done.
   */
  isOneCommand?: true
  /**
   * Waiting events are planned together, and no other event waits for them. For events of which only the latest counts,
   * such as receipts. Events that the rate limit refuses are tried again later.
   */
  together?: Together
  /** Gets the first argument of the event, unchecked; the anchors are those of the socket. */
  plan: (argument: unknown, caller: PlanCaller, anchors: Anchors) => Plan<IncomingResult | undefined>
  /** The events after a failure; a client that wants an acknowledgement gets them too. */
  failed: (error: WireError) => Emission[]
  /** The acknowledgement of a failure; `{ ok: false, error }` with the payload of `failed`, if left out. */
  refusal?: (error: WireError) => unknown
}

/** How waiting events are planned together. Events of different names may share one. */
export interface Together {
  /**
   * Extracts what the plan needs from an argument; it is stored while the event waits, so it must be small. Throws a
   * PlanError.
   */
  read: (argument: unknown, event: string) => unknown
  /** How much more than a single mark a value is: the bounds of what waits count it. If left out, 1. */
  weightOf?: (value: unknown) => number
  /** Returns one outcome for each value, in their order. */
  plan: (values: readonly unknown[], caller: PlanCaller) => Plan<readonly Outcome[]>
}

export type Outcome = IncomingResult | PlanError

/**
 * Returns a `Together` of these two functions, without `weightOf`. `plan` gets the values that `read` returned; their
 * type is not checked when it runs.
 */
export const together = <V>(
  read: (argument: unknown, event: string) => V,
  plan: (values: readonly V[], caller: PlanCaller) => Plan<readonly Outcome[]>,
): Together => ({ read, plan: (values, caller) => plan(values as readonly V[], caller) })

/**
 * Makes the `plan` for a single event of this name from its `together`. It reads the argument, plans that one value,
 * and returns its outcome, or throws the outcome if that is a PlanError.
 */
export const alone = (event: string, { read, plan }: Together): Incoming['plan'] =>
  function* (argument, caller) {
    const [outcome] = yield* plan([read(argument, event)], caller)
    if (outcome instanceof PlanError) throw outcome
    return outcome
  }

export interface IncomingResult {
  /** Events for the calling socket only. */
  emit?: Emission[]
  /** The acknowledgement, if the client wants one. */
  acknowledge?: unknown
  /** A seq to remember for later events of the socket. */
  anchor?: Anchor
  /** Operations to run after the answer; their failures are ignored. */
  afterwards?: PlannedOperation[]
  /** Events for the calling socket only, if the client wants no acknowledgement. */
  unacknowledged?: Emission[]
  /**
   * Conversations that this socket joins: it gets the events with `to: 'joined'`, and again all others if it had left.
   * Does not change memberships.
   */
  listen?: string[]
  /** Conversations whose live events this socket no longer gets until it joins again. Does not change memberships. */
  unlisten?: string[]
}

/** Facts about the conversation of an event that its payload does not contain. */
export interface ConversationFacts {
  kind: 'direct' | 'room'
  /** The two users of a direct conversation, or the one of a conversation with oneself. Empty for a room. */
  directUserIds: string[]
  /** The two users had another direct conversation before this one, about something else. */
  isLater?: boolean | undefined
  /** For events about receipts: the positions behind which messages were read or received, and the time. */
  moved?: { userId: string; readSeq: number; deliveredSeq: number; at: number }[]
  /** For events about typing: the user name. */
  username?: string
}

/** Translations of our events. One that uses `addressOf` runs for each receiver, others once for all. */
export type Outgoing = {
  [N in EventName]?: (payload: Payload<N>, about: ConversationFacts | null, lent: Lent) => Emission[]
}

export interface Route {
  method: HttpForm['method']
  /** With parameters such as `:id`, as in the catalogue. */
  path: `/${string}`
  /** A valid request with every field of its body: tests of malformed requests start from it. */
  example: { params?: Record<string, string>; body?: unknown }
  /** Replaces the `claims` of the dialect, for a request in which such a field names another user. */
  claims?: readonly string[]
  /**
   * The body is a form with a file. Our own route at this path below that of the API receives it before the plan runs.
   */
  formTo?: string
  plan: (request: RouteRequest, caller: PlanCaller) => Plan<Answer>
  /** The key of the anchor that the plan gets; undefined if it needs none. */
  anchorKey?: (request: Pick<RouteRequest, 'params' | 'query'>, user: User) => string | undefined
  /**
   * Waiting requests of one caller are planned together. For requests of which only the latest counts, such as
   * receipts.
   */
  together?: RequestsTogether
}

export interface RequestsTogether {
  /**
   * Extracts what the plan needs from a request; it is stored while the request waits, so it must be small. Throws a
   * PlanError.
   */
  read: (request: RouteRequest) => unknown
  /** Returns one outcome for each value, in their order. */
  plan: (values: readonly unknown[], caller: PlanCaller) => Plan<readonly (Answer | PlanError)[]>
}

export interface RouteRequest {
  params: Record<string, string>
  query: Record<string, string>
  /** The parsed JSON, unchecked; undefined without a body. */
  body: unknown
  /** With `formTo`: the data that our route answered. */
  taken?: unknown
  /** What an earlier answer kept as its `anchor` under the `anchorKey` of this request; undefined if none is known. */
  anchor?: number | undefined
}

/**
 * Remembers the seq from which a client counts pages, because numbered pages must not move when messages arrive. Keys
 * are chosen by the dialect. A socket keeps them for some minutes; `find` returns undefined for one that is unknown.
 */
export interface Anchors {
  find(key: string): number | undefined
}

export interface Anchor {
  /** For requests, it must contain the caller. */
  key: string
  place: number
}

export interface Answer {
  status: number
  body: unknown
  /** A seq to remember for some minutes, on all nodes, for later requests (`anchorKey`). */
  anchor?: Anchor
  /** Operations to run after the answer; their failures are ignored. */
  afterwards?: PlannedOperation[]
  /**
   * Operations that report what the caller has received by this answer: they run once it is written, and not at all if
   * the connection ends before. Their failures are ignored.
   */
  onceWritten?: PlannedOperation[]
}

/**
 * The failure of an operation, or a refusal by a plan itself; then the `requestId` is '', and the transport fills it
 * in.
 */
export class PlanError extends Error {
  readonly error: WireError

  constructor(error: WireError) {
    super(error.message)
    this.name = 'PlanError'
    this.error = error
  }
}

/**
 * Yields an operation, which the server then runs, and returns its output. Use it with `yield*` inside a plan. If the
 * operation fails, a PlanError is thrown at this place.
 *
 * @example
 * const { message } = yield* run('message.get', { messageId })
 */
export function* run<N extends OperationName>(
  operation: N,
  input: Input<N>,
): Generator<PlannedOperation, Output<N>, unknown> {
  const output = yield { operation, input }
  // `runPlan` answers each step with the output of its operation.
  return output as Output<N>
}

/** Throws a PlanError with `invalid_input` and this message. Its request id is empty: the transport fills it in. */
export function refuse(message: string): never {
  throw new PlanError({ code: 'invalid_input', message, requestId: '' })
}

/** Throws a PlanError with `not_found` and the message of the catalogue. The transport fills in the request id. */
export function missing(): never {
  throw new PlanError({ code: 'not_found', message: errorCatalogue.not_found.meaning, requestId: '' })
}

/**
 * Yields an operation and returns its output, or null if it answers `not_found`. Any other failure throws a PlanError
 * here.
 */
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

/**
 * Returns an operation as data, for `afterwards` or `onceWritten`. It runs nothing: the server does, after the answer.
 */
export const later = <N extends OperationName>(operation: N, input: Input<N>): PlannedOperation => ({
  operation,
  input,
})
