import { type Conversation, Id, limits, operations } from '@parley/protocol'
import { z } from 'zod'
import type { EnsuredRoom, EnsureRoom } from '../core/host/host-room.ts'
import { invalidInput } from '../core/operation-error.ts'
import { orParleyError } from './parley-error.ts'

const { shape } = operations['conversation.ensure'].input
const Member = z.union([Id, shape.members.element])

/** The input of the REST operation, except that a member may also be an id alone. */
const Room = z.strictObject({ ...shape, members: z.array(Member).min(1).max(limits.people) })

/** A room for a reference of the host application, such as an order or a project. */
export type RoomForContext = z.input<typeof Room>

/** The rooms of a host application, by its own references. */
export interface HostConversations {
  /**
   * Finds or creates the room for a reference of yours (`context`, at most 200 characters); simultaneous calls on
   * several nodes give one room. Name (by default the reference), topic and visibility apply to a new room only: later
   * changes by its members stay.
   *
   * Adds the members (1 to 100 ids, or `{ userId, role }`) and sets the roles that are given; with `onlyThese`, removes
   * all others, also invited ones, but not the bots of webhooks. Users who left the room or were banned are not added. If
   * the room would have no owner, the first member becomes its owner. Rejects with a `ParleyError`.
   *
   * @example
   * const { conversation } = await parley.conversations.ensure({ context: 'order-77', members: ['ana', 'bo'] })
   */
  ensure(room: RoomForContext): Promise<{ conversation: Conversation; isNew: boolean }>
}

/**
 * Makes `parley.conversations`. `ensure` checks that the server is open and the input valid, and then calls
 * `ensureRoom` and resolves with its result. It rejects with a `ParleyError` in all cases of failure.
 */
export function createHostConversations(ensureRoom: EnsureRoom, assertOpen: () => void): HostConversations {
  return {
    ensure: (given): Promise<EnsuredRoom> =>
      orParleyError(async () => {
        assertOpen()
        const parsed = Room.safeParse(given)
        if (!parsed.success) throw invalidInput(parsed.error)
        const { members, ...rest } = parsed.data
        const people = members.map((member) => (typeof member === 'string' ? { userId: member } : member))
        return ensureRoom({ ...rest, members: people })
      }),
  }
}
