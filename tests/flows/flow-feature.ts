import type { AccountChange, ConversationChange, DurableEventName, Membership, Role } from '@parley/protocol'
import type { TestServer } from '@parley/server/testing'
import type { Person } from '@parley/server/testing/people'
import type { Device, Held } from './reference-device.ts'

/** Something that a person does in a random history. Numbers choose a message or a name. */
export interface Turn {
  me: Person
  conversationId: string
  other: Person
  which: number
  role: Role
}

type Action = [weight: number, run: (turn: Turn) => Promise<unknown>]

/** A room with people and messages, in which one durable event comes about. The devices of `eye` are compared. */
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

/** What a feature brings to the test of convergence. */
export interface FlowFeature {
  /** What people do in random histories, and how often beside the rest. */
  actions?: Record<string, Action>
  /** The ways in which a durable event comes about. */
  causes?: { [N in DurableEventName]?: Record<string, (scene: Scene) => Promise<unknown>> }
  /** Rows in their present state: the newer rev wins, so that it does not matter in which order or how often they come. */
  apply?(held: Held, rows: Rows): Held
  /** Rows that are kept for one user alone, in their present state; they come in the order of the account's revs. */
  applyAccount?(device: Device, change: AccountChange): Device
  /** What a person sees of it beside their conversations. */
  viewAccount?(device: Device): Record<string, unknown>
  /** Every row of a conversation that a device can ask for, page by page. */
  load?(person: Person, conversationId: string): AsyncIterable<Rows>
  /** What a person sees of it in a conversation. */
  view?(held: Held, mine: Membership): Record<string, unknown>
}
