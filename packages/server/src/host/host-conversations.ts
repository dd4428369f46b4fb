import { type Conversation, Id, limits, operations } from '@parley/protocol'
import { Visibility } from '@parley/protocol/features/conversations'
import { Role } from '@parley/protocol/features/memberships'
import { z } from 'zod'
import type { EnsuredRoom, EnsureRoom } from '../core/host/host-room.ts'
import { invalidInput } from '../core/operation-error.ts'
import { orParleyError } from './parley-error.ts'

/** What clients may say of a room, and of what a direct conversation is about. */
const { name: Name, topic } = operations['conversation.create'].input.shape
const { context } = operations['conversation.openDirect'].input.shape

const Room = z.strictObject({
  context: context.unwrap().unwrap(),
  name: Name.optional(),
  topic,
  visibility: Visibility.default('private'),
  members: z
    .array(z.union([Id, z.strictObject({ userId: Id, role: Role.optional() })]))
    .min(1)
    .max(limits.people),
  onlyThese: z.boolean().default(false),
})

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
        const { name, context, members, ...rest } = parsed.data
        const people = new Map(
          members
            .map((member) => (typeof member === 'string' ? { userId: member } : member))
            .map((member) => [member.userId, member]),
        )
        return ensureRoom({ ...rest, context, name: name ?? nameOf(context), members: [...people.values()] })
      }),
  }
}

/** A reference may be longer than a name, or nothing that people can see. */
const nameOf = (context: string): string => Name.safeParse(context.slice(0, limits.name).toWellFormed()).data ?? 'Room'
