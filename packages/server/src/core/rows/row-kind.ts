import type { ConversationChange, EventName } from '@parley/protocol'
import type { ConversationHead } from '../../features/conversations/head-store.ts'
import type { Store } from '../../storage/store.ts'
import type { ConversationAudience } from '../delivery.ts'
import type { AnswerBudget } from '../limits/answer-budget.ts'

/** Rows of one conversation, in the fields that a change brings them in. */
export type Rows = Omit<ConversationChange, 'conversationId' | 'rev'>
type RowField = keyof Rows
type RowsOf<F extends RowField> = NonNullable<Rows[F]>

/** How far the sockets of a node hold a conversation or an account. */
export interface Position {
  rev: number
  /** The conversation's last message by then; 0 for an account. */
  seq: number
}

/** What changed of one kind: how much it is, and how it is read once there is room for it. */
export interface ChangedRows<F extends RowField = RowField> {
  /** How many rows; 0 where there is never more than one. */
  rows: number
  /** The bytes that they have at least. */
  bytes: number
  /** Undefined if a change without such rows leaves the field out. */
  read(): Promise<RowsOf<F> | undefined>
}

export interface RowEvent<F extends RowField = RowField> {
  name: EventName
  rows: RowsOf<F>
  /** True where the rows came with those of another kind: these name the event then. */
  isBeside?: true
}

/** What to look for among the rows of a conversation: those that are new between two positions. */
export interface NewRows {
  store: Store
  conversationId: string
  from: Position
  to: Position
  budget: AnswerBudget
}

/** Durable rows of conversations that a feature owns. Sync and the nodes of a cluster read the kinds of all features. */
export interface RowKind<F extends RowField = RowField> {
  /** The field of a change that brings these rows. */
  field: F
  /** The rows with a larger rev than `since`, each in its present state; more than `most` are not counted. */
  changedSince(store: Store, conversation: ConversationHead, since: number, most: number): Promise<ChangedRows<F>>
  /** The live events that lead from a position to these rows, by the rev of each. */
  eventsOf(rows: RowsOf<F>, from: Position, audience: ConversationAudience): Map<number, RowEvent<F>>
  /** The ids of the users whom these rows speak of; left out if they speak of none. */
  usersOf?(rows: RowsOf<F>): string[]
  /**
   * After too many changes devices sync. These events bring foreign clients, which cannot, what is new to them; undefined
   * if the budget has no room for all of it.
   */
  newSince?(missed: NewRows): Promise<RowEvent<F>[] | undefined>
}

/** The fields of rows that are loaded beside other rows. Empty here; each feature declares its own. */
// biome-ignore lint/suspicious/noEmptyInterface: features extend it.
export interface SideFields {}

export interface Shown {
  /** Who sees these rows; undefined if a node reads them for all its sockets. */
  viewerId: string | undefined
  /** The ids of the users whom rows of all kinds speak of. */
  usersOf(rows: Rows): string[]
}

/** Rows that are loaded beside rows of other kinds wherever those are shown, such as the users whom they speak of. */
export interface SideRows<F extends keyof SideFields = keyof SideFields> {
  field: F
  /** Loads what belongs beside any of these groups; the function then picks what belongs beside some rows of them. */
  load(store: Store, groups: readonly Rows[], shown: Shown): Promise<(rows: Rows) => SideFields[F]>
}
