import type { Channel } from '../../core/channel.ts'
import type { Delivery } from '../../core/delivery.ts'
import type { Position } from '../../core/rows/row-kind.ts'
import type { Database } from '../../storage/database.ts'
import type { CreateStore, Store } from '../../storage/store.ts'

/** The events that were not delivered on this node, and the position after them. */
export interface Missing {
  deliveries: Delivery[]
  position: Position
}

/** Reads the changes since a position as events. Undefined if the conversation or the account does not exist. */
export interface ReadMissing {
  conversation(store: Store, id: string, from: Position): Promise<Missing | undefined>
  account(store: Store, userId: string, from: Position): Promise<Missing | undefined>
}

/** The same for a channel, in a snapshot of the database. */
export type CatchUp = (channel: Channel, from: Position) => Promise<Missing | undefined>

/**
 * Makes a function that reads what changed in a channel since `from`, as events with the position after them, from one
 * state of the database, and delivers nothing. It reads a channel of the kind `conversation` as a conversation, any
 * other as the account of the user with its id. It resolves with undefined if there is none, and rejects if the
 * database cannot be read.
 */
export const createCatchUp =
  (database: Database, createStore: CreateStore, read: ReadMissing): CatchUp =>
  (channel, from) =>
    database.snapshot((snapshot) => {
      const store = createStore(snapshot)
      const { kind, id } = channel
      return kind === 'conversation' ? read.conversation(store, id, from) : read.account(store, id, from)
    })
