import { comparableName } from '@parley/protocol/features/name-rules'
import { type Handlers, live } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { foundInSlices } from '../../core/limits/found-in-slices.ts'
import { OperationError } from '../../core/operation-error.ts'
import { toConversation } from '../conversations/conversation-store.ts'
import { deleteMessage } from '../messages/message-changes.ts'
import { toAct } from './act-log-store.ts'
import { beginAct, noteAct } from './acts.ts'
import { startRoomRemovals } from './room-removals.ts'

type Names =
  | 'administration.removeMessage'
  | 'administration.removeRoom'
  | 'administration.listRooms'
  | 'administration.listActs'

/**
 * Makes the handlers by which administrators remove messages and rooms, and list rooms and acts. Call it once for each
 * server: it also starts `startRoomRemovals`. A removed room is closed at once; its members and messages go in the
 * background. Both removals answer `{}` and are acts in the log; to remove what is removed already does nothing, and is
 * no act. They throw `forbidden` unless the caller is an administrator now. They throw `not_found` for an unknown
 * message, and for an id that is no room, such as that of a direct conversation.
 */
export const createRemovalHandlers = (kernel: Kernel): Handlers<Names> => ({
  'administration.removeMessage': async ({ messageId, reason }, context) => {
    const { store } = context
    await beginAct(context)
    const row = await store.messages.byId(messageId)
    if (!row) throw new OperationError('not_found')
    if (row.body === null) return {}
    const reach = await store.reaches.one(row.conversation_id, row.sender_id)
    if (!reach) throw new OperationError('not_found')
    await deleteMessage(kernel, row, { ...context, reach })
    const { sender_id: user_id, conversation_id } = row
    await noteAct(context, { act: 'removeMessage', user_id, conversation_id, message_id: messageId, reason })
    return {}
  },

  'administration.removeRoom': removingRoom(kernel),

  'administration.listRooms': live('administration.listRooms', async ({ query, after, limit }, { store }) => {
    const text = comparableName(query)
    const ids = await foundInSlices(limit + 1, after, (from, left) =>
      store.administration.roomIds({ text, from, limit: left }),
    )
    const rows = await store.administration.rooms(ids.slice(0, limit))
    const rooms = rows.map((row) => ({
      conversation: toConversation(row),
      memberCount: Number(row.members),
      messageCount: row.last_seq,
    }))
    return { rooms, hasMore: ids.length > limit }
  }),

  'administration.listActs': async ({ before, limit }, { store }) => {
    const rows = await store.actLog.page(before, limit + 1)
    const page = rows.slice(0, limit)
    const users = await store.users.byIds(page.flatMap(({ actor_id, user_id }) => [actor_id, user_id ?? actor_id]))
    return { acts: page.map(toAct), users, hasMore: rows.length > limit }
  },
})

/**
 * After the commit no user can reach the room. Its memberships end right afterwards, then its messages and files are
 * deleted.
 */
function removingRoom(kernel: Kernel): Handlers<'administration.removeRoom'>['administration.removeRoom'] {
  const removals = startRoomRemovals(kernel)
  return async ({ conversationId, reason }, context) => {
    const { store, now } = context
    await beginAct(context)
    const row = await store.conversations.byId(conversationId)
    if (row?.kind !== 'room') throw new OperationError('not_found')
    if (row.removed_at !== null) return {}
    // The context is cleared, so that a host that asks for the room of that context gets a new one. The name stays for
    // the log.
    const closed = { removed_at: now, visibility: 'private', topic: null, context: null } as const
    await store.conversations.update(conversationId, closed)
    await store.administration.beginRemoval(conversationId)
    await noteAct(context, { act: 'removeRoom', conversation_id: conversationId, reason })
    removals.resume()
    return {}
  }
}
