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

/** The room; throws `not_found` unless the user is an active member. */
export function reach({ world, userId }: ModelRun, conversationId: string): ModelRoom {
  const room = world.rooms.get(conversationId)
  if (!room || world.stateOf(room, userId) !== 'active') throw new Refusal('not_found')
  return room
}

/** Emits an event with rows of a room to its active members. */
export function emitToRoom(run: ModelRun, room: ModelRoom, name: EventName, rows: Partial<ConversationChange>): void {
  const payload: ConversationChange = { conversationId: room.id, rev: room.rev, ...rows }
  run.deliveries.push({ name, payload, userIds: run.world.activeIn(room) })
}

/** Emits the change of a membership to its user, with the summary of the room if they may see it. */
export function emitToAccount({ world, deliveries }: ModelRun, room: ModelRoom, row: Membership): void {
  const summary = world.summary(room, row.userId)
  const rev = world.accounts.get(row.userId) ?? 0
  const payload: Payload<'account.updated'> = { rev, memberships: [row], summaries: summary ? [summary] : [] }
  deliveries.push({ name: 'account.updated', payload, userIds: [row.userId] })
}
