import type { AccountChange, ConversationChange, ConversationSummary } from '@parley/protocol'
import type { Cache } from './cache/cache.ts'
import type { ChatState, ConversationState } from './chat-state.ts'
import type { ClientContext } from './client-context.ts'
import type { Outbox } from './outbox/outbox.ts'

/** A field of a `ConversationChange` that has rows, such as `messages`. */
export type ConversationField = Exclude<keyof ConversationChange, 'conversationId' | 'rev'>
/** A field of an `AccountChange` that has rows, such as `contacts`. */
export type AccountField = Exclude<keyof AccountChange, 'rev'>

/**
 * How the cache applies the rows of one field of a `ConversationChange`. Several features may declare the same field.
 */
export interface ConversationRowKind<Rows> {
  /** Returns the conversation with these rows; the same object if they change nothing. `me` is the own user id. */
  apply?(held: ConversationState, rows: Rows, me: string): ConversationState
  /** Applies what the rows change outside of their conversation. */
  applyOutside?(state: ChatState, rows: Rows, conversationId: string): ChatState
  /** The rev of the change by which the user left the conversation, if the rows contain it. Called before `apply`. */
  leftAt?(rows: Rows, me: string): number | undefined
}

/** How the cache applies the rows of one field of an `AccountChange`. */
export interface AccountRowKind<Rows> {
  apply(state: ChatState, rows: Rows, cache: Cache): ChatState
  /** True if the rows only change existing data: a reset, which begins with an empty state, skips them. */
  onlyUpdates?: true
}

/** Fields of `ChatState` that a feature owns. */
export interface StatePart<State extends object> {
  initial: State
  /** True if they survive a reset while the user is the same. */
  survivesReset?: true
  /** Removes the data of a conversation that the user left. */
  forget?(state: ChatState, conversationId: string): ChatState
}

/** Fields of `ConversationState` that a feature owns. */
export interface ConversationPart<Fields extends object> {
  /**
   * The initial fields, from a summary, with nothing else loaded. `held`: the old state, for data that no summary has.
   */
  begin(summary: ConversationSummary, me: string, held: ConversationState | undefined): Fields
  /** Copies data that only this device has from the old state. Called after `begin` of all features. */
  carryOver?(fresh: ConversationState, before: ConversationState, me: string): ConversationState
  /** Applies a summary to a conversation with loaded rows, which must stay. */
  merge?(held: ConversationState, summary: ConversationSummary, me: string): ConversationState
  /** True if rows are loaded that a summary does not contain. */
  isLoaded?(held: ConversationState): boolean
}

/**
 * A feature of the SDK. The API and the fields that it declares become part of `Chat`, `ChatState` and
 * `ConversationState`, whose types follow from the list in `features.ts`.
 *
 * @example
 * export const typing: ClientFeature<Typing, TypingState> = {
 *   create: (context) => new TypingNotices(context),
 *   state: { initial: { typing: {} } },
 * }
 */
export interface ClientFeature<Api = unknown, State extends object = object, Fields extends object = object> {
  /** Makes the feature's API for one chat. It subscribes itself to the events and signals that it needs. */
  create(context: ClientContext, outbox: Outbox): Api
  state?: StatePart<State>
  conversation?: ConversationPart<Fields>
  conversationRows?: { [F in ConversationField]?: ConversationRowKind<NonNullable<ConversationChange[F]>> }
  accountRows?: { [F in AccountField]?: AccountRowKind<NonNullable<AccountChange[F]>> }
}

type Intersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never
type Flat<T> = { [K in keyof T]: T[K] }

/** The APIs that a list of features creates, by the names in the list. */
export type ApisOf<L> = { readonly [F in keyof L]: L[F] extends ClientFeature<infer Api> ? Api : never }

/** All fields that a list of features adds to `ChatState`. */
export type StateOf<L> = Flat<
  Intersection<{ [F in keyof L]: L[F] extends ClientFeature<unknown, infer State> ? State : never }[keyof L]>
>

/** All fields that a list of features adds to `ConversationState`. */
export type FieldsOf<L> = Flat<
  Intersection<{ [F in keyof L]: L[F] extends ClientFeature<unknown, object, infer Fields> ? Fields : never }[keyof L]>
>
