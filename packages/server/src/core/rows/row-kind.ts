import type { ConversationChange, EventName } from '@parley/protocol'
import type { ConversationHead } from '../../features/conversations/head-store.ts'
import type { Store } from '../../storage/store.ts'
import type { ConversationAudience } from '../delivery.ts'
import type { AnswerBudget } from '../limits/answer-budget.ts'

/** Rows of one conversation, by the fields of `ConversationChange`. */
export type Rows = Omit<ConversationChange, 'conversationId' | 'rev'>
type RowField = keyof Rows
type RowsOf<F extends RowField> = NonNullable<Rows[F]>

/** How far a conversation or an account was delivered to the sockets of a node. */
export interface Position {
  rev: number
  /** The `seq` of the conversation's last message at that rev; 0 for an account. */
  seq: number
}

/** The changed rows of one kind: their number and size, and the function that reads them if the answer has room. */
export interface ChangedRows<F extends RowField = RowField> {
  /** How many rows; 0 for a kind that never has more than one. */
  rows: number
  /** A lower bound of their bytes. */
  bytes: number
  /** Each rev since the position belongs to one of these rows, and none changed a row of another kind as well. */
  isSole?: boolean
  /** Undefined if a change without such rows leaves the field out. */
  read(): Promise<RowsOf<F> | undefined>
}

export interface RowEvent<F extends RowField = RowField> {
  name: EventName
  rows: RowsOf<F>
  /** The rows came with rows of another kind, which give the event its name. */
  isBeside?: true
}

/** Selects the rows of a conversation that are new between two positions. */
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
  /** This kind is asked first, because its rows may be `isSole`; left out for all but the most frequent kind. */
  mayBeSole?: true
  /** The field's value in a change without such rows; the field is left out if this is undefined. */
  none?: RowsOf<F>
  /** The live events that lead from a position to these rows, by the rev of each. */
  eventsOf(rows: RowsOf<F>, from: Position, audience: ConversationAudience): Map<number, RowEvent<F>>
  /** The ids of the users whom these rows speak of; left out if they speak of none. */
  usersOf?(rows: RowsOf<F>): string[]
  /**
   * After too many changes, native clients sync. Resolves with the events that bring foreign clients, which cannot
   * sync, the new rows; undefined if the budget has no room for all of them.
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
