import type { AccountChange, ConversationChange, DurableEventName, Membership, Role } from '@parley/protocol'
import type { TestServer } from '@parley/server/testing'
import type { Person } from '@parley/server/testing/people'
import type { Device, Held } from './reference-device.ts'

/** The persons and the room of one action in a random history. `which` chooses a message or a name. */
export interface Turn {
  me: Person
  conversationId: string
  other: Person
  which: number
  role: Role
}

type Action = [weight: number, run: (turn: Turn) => Promise<unknown>]

/**
 * A room with people and messages, in which one durable event is caused. The devices of `eye`, the observer, are
 * compared.
 */
export interface Scene {
  server: TestServer
  ana: Person
  bo: Person
  cleo: Person
  eye: Person
  room: string
  /** A message of `ana`, and one of `eye`. */
  messageId: string
  ownId: string
}

/** Rows of a conversation in their present state. */
export type Rows = Partial<Omit<ConversationChange, 'conversationId' | 'rev'>>

/** A feature's part of the test of convergence. */
export interface FlowFeature {
  /** Actions in random histories, with their relative frequency. */
  actions?: Record<string, Action>
  /** The ways to cause a durable event, by their names in test titles. */
  causes?: { [N in DurableEventName]?: Record<string, (scene: Scene) => Promise<unknown>> }
  /** Adds rows to what a device holds. The newer rev wins, so their order and repetitions do not matter. */
  apply?(held: Held, rows: Rows): Held
  /** Adds the feature's rows of the account, which come in the order of its revs. */
  applyAccount?(device: Device, change: AccountChange): Device
  /** The part of the view that belongs to no conversation. */
  viewAccount?(device: Device): Record<string, unknown>
  /** Reads all of the feature's rows of a conversation from the server, page by page. */
  load?(person: Person, conversationId: string): AsyncIterable<Rows>
  /** The part of the view of a conversation; `mine` is the membership of the device's user. */
  view?(held: Held, mine: Membership): Record<string, unknown>
}
