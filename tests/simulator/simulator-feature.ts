import type { AccountChange, ConversationChange, Message, SideRows } from '@parley/protocol'
import type { ChatState, ConversationState } from '../../packages/client/src/chat-state.ts'
import type { ModelOperations } from './model-run.ts'
import type { ModelRoom, ModelWorld } from './model-world.ts'
import type { Simulation } from './simulation.ts'
import type { VirtualTab } from './virtual-tab.ts'

/** Something that happens in a tab, and its relative frequency. `n` chooses a message, a user or a place. */
export type Action = [
  weight: number,
  run: (simulation: Simulation, tab: VirtualTab, roomId: string, n: number) => unknown,
]

export type Actions = Record<string, Action>

/** Reports a violation. */
export type Say = (what: string) => void

/** A conversation in the state of a client, now and before. */
export interface StateChange {
  held: ConversationState
  old: ConversationState | undefined
  me: string
  epoch: string
  /** Every state of every message of this epoch; undefined if unknown. */
  history: ReadonlySet<Message> | undefined
}

/** Rows of a room that changed, and the users whom they name. */
export interface ChangedRows {
  rows: Partial<ConversationChange>
  userIds: string[]
}

/**
 * The account's part of a sync: the rows to read are those after `since`, for a device that holds these conversations.
 */
export interface AccountQuestion {
  world: ModelWorld
  userId: string
  since: number
  isAnew: boolean
  held: ReadonlySet<string>
}

/** A changed row of an account, with the rows beside it. */
export interface ChangedAccountRow {
  rev: number
  rows: Partial<Omit<AccountChange, 'rev' | 'user'>>
}

/** A feature's part of the simulator: what users do with it, how the server answers, and what must hold. */
export interface SimulatorFeature {
  actions?: Actions
  operations?: ModelOperations
  /** The feature's rows in this room that a sync returns. */
  changedSince?(world: ModelWorld, room: ModelRoom, since: number): ChangedRows
  /** The feature's rows in an account that a sync returns. */
  accountSince?(question: AccountQuestion): ChangedAccountRow[]
  /** The feature's rows that belong beside these rows of the room, as this user sees them. */
  beside?(room: ModelRoom, rows: Partial<ConversationChange>, userId: string): Partial<SideRows>
  /** Checks each change of a client's state for what a user may not see even for a moment. */
  checkState?(change: StateChange, say: Say): void
  /** Compares a room in the final state of a client with the server's. */
  checkRoom?(room: ModelRoom, held: ConversationState, userId: string, say: Say): void
  /** Compares the account in the final state of a client with the server's. */
  checkAccount?(world: ModelWorld, state: ChatState, userId: string, say: Say): void
  /** Checks the whole history at the end. */
  checkEnd?(simulation: Simulation): void
}
