import type {
  ConversationChange,
  ErrorCode,
  EventName,
  Input,
  Membership,
  OperationName,
  Output,
  Payload,
} from '@parley/protocol'
import type { ModelRoom, ModelWorld } from './model-world.ts'

/** An event, and the users who get it. */
export interface ModelDelivery {
  name: EventName
  payload: unknown
  userIds: string[]
}

/** The model's refusal of an operation, with the code that the server would answer. */
export class Refusal extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode) {
    super(code)
    this.code = code
  }
}

/** One operation of one user. */
export interface ModelRun {
  world: ModelWorld
  userId: string
  deliveries: ModelDelivery[]
}

/** The operations of the model; each throws a Refusal where the server would refuse. */
export type ModelOperations = { [N in OperationName]?: (run: ModelRun, input: Input<N>) => Output<N> }

/** The room with this id; throws the Refusal `not_found` unless the user of the run is an active member. */
export function reach({ world, userId }: ModelRun, conversationId: string): ModelRoom {
  const room = world.rooms.get(conversationId)
  if (!room || world.stateOf(room, userId) !== 'active') throw new Refusal('not_found')
  return room
}

/**
 * Adds an event with these rows of a room, at its present rev, to the deliveries of the run: for all its active
 * members.
 */
export function emitToRoom(run: ModelRun, room: ModelRoom, name: EventName, rows: Partial<ConversationChange>): void {
  const payload: ConversationChange = { conversationId: room.id, rev: room.rev, ...rows }
  run.deliveries.push({ name, payload, userIds: run.world.activeIn(room) })
}

/**
 * Adds an `account.updated` with a changed membership to the deliveries of the run, for its user alone; with the
 * summary of the room if they are active or invited there.
 */
export function emitToAccount({ world, deliveries }: ModelRun, room: ModelRoom, row: Membership): void {
  const summary = world.summary(room, row.userId)
  const rev = world.accounts.get(row.userId) ?? 0
  const payload: Payload<'account.updated'> = { rev, memberships: [row], summaries: summary ? [summary] : [] }
  deliveries.push({ name: 'account.updated', payload, userIds: [row.userId] })
}
