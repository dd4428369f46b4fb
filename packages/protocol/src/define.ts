import type { z } from 'zod'
import type { ErrorCode } from './errors.ts'

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The REST form of an operation. Names in `:braces` are filled from the input; the rest is query or JSON body. */
export interface HttpForm {
  method: HttpMethod
  path: `/${string}`
  /** The status of a success; 200 if left out. */
  status?: 200 | 201
}

/** What a caller may leave out is there as well; undefined where the fields exclude each other. */
type Example<I extends z.ZodType> = { [Field in keyof Required<z.input<I>>]: z.input<I>[Field] }

export interface Operation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /** A command changes something and runs in a transaction; a query only reads. */
  kind: 'command' | 'query'
  summary: string
  http: HttpForm
  /** Offered over HTTP alone, because a socket exists only for somebody who has signed in. */
  httpOnly?: boolean
  /** Done by a backend that shows an API key, and by nobody else. */
  keyOnly?: boolean
  /** What it takes or gives holds a password or a token: no answer is kept, and an `Idempotency-Key` is ignored. */
  holdsSecrets?: boolean
  input: I
  /** A good input with every field set: the documents show it, and tests of bad inputs begin with it. */
  example: Example<I>
  output: O
  /** What it may answer besides the errors that every operation shares. */
  errors?: readonly ErrorCode[]
}

type OperationText<I extends z.ZodType, O extends z.ZodType> = Omit<Operation<I, O>, 'kind' | 'example'> & {
  example: Example<NoInfer<I>>
}

export const command = <I extends z.ZodType, O extends z.ZodType>(text: OperationText<I, O>) =>
  ({ kind: 'command', ...text }) as Operation<I, O>

export const query = <I extends z.ZodType, O extends z.ZodType>(text: OperationText<I, O>) =>
  ({ kind: 'query', ...text }) as Operation<I, O>

/**
 * An event. A durable one carries a rev and the state of every row that it changed, so that a client which missed it
 * learns the same by sync; an ephemeral one is sent once and forgotten.
 */
export interface EventKind<P extends z.ZodType = z.ZodType, D extends boolean = boolean> {
  durable: D
  summary: string
  payload: P
}

export const durable = <P extends z.ZodType>(summary: string, payload: P): EventKind<P, true> => ({
  durable: true,
  summary,
  payload,
})

export const ephemeral = <P extends z.ZodType>(summary: string, payload: P): EventKind<P, false> => ({
  durable: false,
  summary,
  payload,
})

/**
 * A durable event whose payload is a change of a conversation. That schema is composed from the rows of all features, so
 * a feature cannot name it: `features.ts` puts it in.
 */
export interface ConversationEvent {
  changes: 'conversation'
  summary: string
}

export const conversationEvent = (summary: string): ConversationEvent => ({ changes: 'conversation', summary })

/** What a feature brings to the protocol. */
export interface FeatureDefinition {
  /** What stands before the dot in the names of its operations and events: `message` of `message.send`. */
  nouns: readonly string[]
  about: string
  operations: Record<string, Operation>
  events?: Record<string, EventKind | ConversationEvent>
  /** Fields of `ConversationChange`: the rows of a conversation that the feature owns, each in its present state. */
  conversationRows?: z.core.$ZodShape
  /** Fields of `AccountChange`: what the feature keeps for one user alone. */
  accountRows?: z.core.$ZodShape
}

/**
 * Keeps the exact types of a definition.
 *
 * @example
 * export const typing = feature({ nouns: ['typing'], about: 'Who is typing.', operations: { 'typing.set': command({ … }) } })
 */
export const feature = <const F extends FeatureDefinition>(definition: F): F => definition
