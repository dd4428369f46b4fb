import type { AccountChange, ConversationChange, Message, SideRows } from '@parley/protocol'
import type { ChatState, ConversationState } from '../../packages/client/src/chat-state.ts'
import type { ModelOperations } from './model-run.ts'
import type { ModelRoom, ModelWorld } from './model-world.ts'
import type { Simulation } from './simulation.ts'
import type { VirtualTab } from './virtual-tab.ts'

/** Something that happens in a tab, and how often beside the others. The number chooses a message, a person or a place. */
export type Action = [
  weight: number,
  run: (simulation: Simulation, tab: VirtualTab, roomId: string, n: number) => unknown,
]

export type Actions = Record<string, Action>

/** Names what is wrong. */
export type Say = (what: string) => void

/** A conversation as a client holds it now, and as it held it before. */
export interface StateChange {
  held: ConversationState
  old: ConversationState | undefined
  me: string
  epoch: string
  /** Every state of every message of this epoch, where it is known. */
  history: ReadonlySet<Message> | undefined
}

/** Rows of a room that changed, and the users whom they name. */
export interface ChangedRows {
  rows: Partial<ConversationChange>
  userIds: string[]
}

/** What a sync asks for of an account: what changed after a rev, for a device that holds these conversations. */
export interface AccountQuestion {
  world: ModelWorld
  userId: string
  since: number
  isAnew: boolean
  held: ReadonlySet<string>
}

/** A row of an account that changed, with what stands beside it. */
export interface ChangedAccountRow {
  rev: number
  rows: Partial<Omit<AccountChange, 'rev' | 'user'>>
}

/** What a feature brings to the simulator: what people do with it, how the server answers, and what must hold. */
export interface SimulatorFeature {
  actions?: Actions
  operations?: ModelOperations
  /** What a sync brings of the feature's rows in this room. */
  changedSince?(world: ModelWorld, room: ModelRoom, since: number): ChangedRows
  /** What a sync brings of the feature's rows in an account. */
  accountSince?(question: AccountQuestion): ChangedAccountRow[]
  /** What stands beside these rows of the room wherever they are shown to this user. */
  beside?(room: ModelRoom, rows: Partial<ConversationChange>, userId: string): Partial<SideRows>
  /** Looks at each change of a client's state, for what may not be seen even for a moment. */
  checkState?(change: StateChange, say: Say): void
  /** Compares what a client holds of a room in the end with what the server has. */
  checkRoom?(room: ModelRoom, held: ConversationState, userId: string, say: Say): void
  /** Compares what a client holds of its account in the end with what the server has. */
  checkAccount?(world: ModelWorld, state: ChatState, userId: string, say: Say): void
  /** Looks at the whole history in the end. */
  checkEnd?(simulation: Simulation): void
}
