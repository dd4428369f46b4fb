import type { z } from 'zod'
import type { ErrorCode } from './errors.ts'

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The REST form of an operation. Fields of the input fill `:name` in the path; the rest is the query or JSON body. */
export interface HttpForm {
  method: HttpMethod
  path: `/${string}`
  /** The HTTP status of a success. Default: 200. */
  status?: 200 | 201
}

/** An input with all fields, also the optional ones. A field that excludes another may be `undefined`. */
type Example<I extends z.ZodType> = { [Field in keyof Required<z.input<I>>]: z.input<I>[Field] }

/** An operation of the protocol. It is offered over HTTP and, unless it is `httpOnly`, on sockets. */
export interface Operation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /** A command changes something and runs in a transaction; a query only reads. */
  kind: 'command' | 'query'
  summary: string
  http: HttpForm
  /** Not offered on sockets. The caller needs no session, but a socket can be opened only with one. */
  httpOnly?: boolean
  /** Requires the API key of a backend; a session is refused. */
  keyOnly?: boolean
  /** Input or output contains a password or a token: no answer is stored, and an `Idempotency-Key` is ignored. */
  holdsSecrets?: boolean
  input: I
  /** A valid input with every field set. The documents show it, and tests of invalid inputs start from it. */
  example: Example<I>
  output: O
  /** Errors that it may answer in addition to those that every operation shares (see `errorsOf`). */
  errors?: readonly ErrorCode[]
}

type OperationSpec<I extends z.ZodType, O extends z.ZodType> = Omit<Operation<I, O>, 'kind' | 'example'> & {
  example: Example<NoInfer<I>>
}

/**
 * Returns the definition of an operation that changes something: the given fields with `kind: 'command'`. It registers
 * nothing: the operation exists once a feature lists it.
 */
export const command = <I extends z.ZodType, O extends z.ZodType>(spec: OperationSpec<I, O>) =>
  ({ kind: 'command', ...spec }) as Operation<I, O>

/**
 * Returns the definition of an operation that only reads: the given fields with `kind: 'query'`. It registers nothing.
 */
export const query = <I extends z.ZodType, O extends z.ZodType>(spec: OperationSpec<I, O>) =>
  ({ kind: 'query', ...spec }) as Operation<I, O>

/**
 * An event. A durable event carries a rev and the state of every row that it changed; a client that missed it gets the
 * same rows by sync. An ephemeral event is sent once and not stored.
 */
export interface EventDefinition<P extends z.ZodType = z.ZodType, D extends boolean = boolean> {
  durable: D
  summary: string
  payload: P
}

/**
 * Returns the definition of a durable event, and registers nothing. A feature uses `conversationEvent` for the events
 * of conversations.
 */
export const durable = <P extends z.ZodType>(summary: string, payload: P): EventDefinition<P, true> => ({
  durable: true,
  summary,
  payload,
})

/** Returns the definition of an event that is sent once and not stored. It registers nothing. */
export const ephemeral = <P extends z.ZodType>(summary: string, payload: P): EventDefinition<P, false> => ({
  durable: false,
  summary,
  payload,
})

/**
 * A durable event whose payload is a `ConversationChange`. That schema is composed from the rows of all features, so a
 * feature cannot import it: `eventsOf` adds it later.
 */
export interface ConversationEvent {
  changes: 'conversation'
  summary: string
}

/**
 * Returns the definition of a durable event of a conversation, still without a payload: `eventsOf` adds
 * `ConversationChange`.
 */
export const conversationEvent = (summary: string): ConversationEvent => ({ changes: 'conversation', summary })

/** The part of the protocol that belongs to one feature. */
export interface FeatureDefinition {
  /** The first parts of the names of its operations and events: `message` for `message.send`. */
  nouns: readonly string[]
  /** The introduction to the feature in the generated documents. */
  about: string
  operations: Record<string, Operation>
  events?: Record<string, EventDefinition | ConversationEvent>
  /** Fields of `ConversationChange`: the rows of a conversation that the feature owns, each in its present state. */
  conversationRows?: z.core.$ZodShape
  /** Fields of `AccountChange`: the rows of the feature that only one user gets. */
  accountRows?: z.core.$ZodShape
}

/**
 * Returns the definition as it is, the same object; its names stay literal types. The feature must also be listed in
 * `features/index.ts`.
 *
 * @example
 * export const typing = feature({ nouns: ['typing'], about: 'Who is typing.', operations: { 'typing.set': command({ … }) } })
 */
export const feature = <const F extends FeatureDefinition>(definition: F): F => definition
