import { type Conversation, Id, limits, operations } from '@parley/protocol'
import { z } from 'zod'
import type { EnsuredRoom, EnsureRoom } from '../core/host/host-room.ts'
import { invalidInput } from '../core/operation-error.ts'
import { orParleyError } from './parley-error.ts'

const { shape } = operations['conversation.ensure'].input
const Member = z.union([Id, shape.members.element])

/** What a backend may say over REST, where a member may be an id alone. */
const Room = z.strictObject({ ...shape, members: z.array(Member).min(1).max(limits.people) })

/** A room for a reference of the host application, such as an order or a project. */
export type RoomForContext = z.input<typeof Room>

export interface HostConversations {
  /**
   * The room for a reference of yours (`context`, at most 200 characters): the one that there is, or a new one. Asked for
   * on several nodes at the same moment, it is one room. Name (the reference if left out), topic and visibility are those of a new
   * room; what its people changed since stays.
   *
   * The members (1 to 100 ids, or `{ userId, role }`) are added; with `onlyThese`, everybody else is removed. Who left by
   * themselves or was banned stays out. A role that is given is set. Where nobody would own the room, the first one does.
   * Rejects with a `ParleyError`.
   *
   * @example
   * const { conversation } = await parley.conversations.ensure({ context: 'order-77', members: ['ana', 'bo'] })
   */
  ensure(room: RoomForContext): Promise<{ conversation: Conversation; isNew: boolean }>
}

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
