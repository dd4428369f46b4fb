import type { AccountChange, ConversationChange, ConversationSummary } from '@parley/protocol'
import type { Cache } from './cache/cache.ts'
import type { ChatState, ConversationState } from './chat-state.ts'
import type { ClientContext } from './client-context.ts'
import type { Outbox } from './outbox/outbox.ts'

export type ConversationField = Exclude<keyof ConversationChange, 'conversationId' | 'rev'>
export type AccountField = Exclude<keyof AccountChange, 'rev'>

/** How the cache takes in the rows of one field of a `ConversationChange`. Several features may declare the same field. */
export interface ConversationRowKind<Rows> {
  /** The conversation with these rows in it; the same object if they change nothing. */
  apply?(held: ConversationState, rows: Rows, me: string): ConversationState
  /** What the rows change outside of their conversation. */
  applyOutside?(state: ChatState, rows: Rows, conversationId: string): ChatState
  /** The rev of the change by which the user left the conversation. Asked first: after it, no other row comes. */
  leftAt?(rows: Rows, me: string): number | undefined
}

/** How the cache takes in the rows of one field of an `AccountChange`. */
export interface AccountRowKind<Rows> {
  apply(state: ChatState, rows: Rows, cache: Cache): ChatState
  /** True if the rows only change what is held, so that a reset, which begins with nothing, omits them. */
  onlyUpdates?: true
}

/** Fields of `ChatState` that a feature owns. */
export interface StatePart<State extends object> {
  initial: State
  /** True if a reset keeps them as long as the user is the same. */
  survivesReset?: true
  /** Drops what belongs to a conversation that the user left. */
  forget?(state: ChatState, conversationId: string): ChatState
}

/** Fields of `ConversationState` that a feature owns. */
export interface ConversationPart<Fields extends object> {
  /** The fields as a summary describes them, nothing loaded yet. `held` lends what no summary has. */
  begin(summary: ConversationSummary, me: string, held: ConversationState | undefined): Fields
  /** Takes over what only this device knows yet, once all features have begun. */
  carryOver?(fresh: ConversationState, before: ConversationState, me: string): ConversationState
  /** Takes a summary into a conversation of which more is loaded than a summary has. */
  merge?(held: ConversationState, summary: ConversationSummary, me: string): ConversationState
  /** True if rows were loaded that a summary lacks. */
  isLoaded?(held: ConversationState): boolean
}

/**
 * What a feature adds to the SDK. The fields of the state and the API that it declares are those that `ChatState`,
 * `ConversationState` and `Chat` have: their types follow from the list in `features.ts`.
 *
 * @example
 * export const typing: ClientFeature<Typing, TypingState> = {
 *   create: (context) => new TypingNotices(context),
 *   state: { initial: { typing: {} } },
 * }
 */
export interface ClientFeature<Api = unknown, State extends object = object, Fields extends object = object> {
  /** Makes the feature's part of a chat, which listens by itself to the events and signals that concern it. */
  create(context: ClientContext, outbox: Outbox): Api
  state?: StatePart<State>
  conversation?: ConversationPart<Fields>
  conversationRows?: { [F in ConversationField]?: ConversationRowKind<NonNullable<ConversationChange[F]>> }
  accountRows?: { [F in AccountField]?: AccountRowKind<NonNullable<AccountChange[F]>> }
}

type Intersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never
type Flat<T> = { [K in keyof T]: T[K] }

export type ApisOf<L> = { readonly [F in keyof L]: L[F] extends ClientFeature<infer Api> ? Api : never }

export type StateOf<L> = Flat<
  Intersection<{ [F in keyof L]: L[F] extends ClientFeature<unknown, infer State> ? State : never }[keyof L]>
>

export type FieldsOf<L> = Flat<
  Intersection<{ [F in keyof L]: L[F] extends ClientFeature<unknown, object, infer Fields> ? Fields : never }[keyof L]>
>
