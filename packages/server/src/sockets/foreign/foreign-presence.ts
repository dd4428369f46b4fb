import type { Presence } from '@parley/protocol'
import type { Namespace } from 'socket.io'
import type { Delivery } from '../../core/delivery.ts'
import { slicesOf } from '../../core/limits/answer-budget.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import { laggingRoom } from '../../engine/outgoing-limit.ts'
import { type Broadcast, createBroadcast } from '../../engine/packets.ts'
import type { Store } from '../../storage/store.ts'
import type { PresenceSender } from '../presence-lane.ts'
import type { ForeignSocketOptions } from '../socket-options.ts'
import { foreignRoom } from './foreign-rooms.ts'
import { translateForAll } from './foreign-words.ts'

/** The most users who are looked up, and whose statuses are sent, in one slice. */
const mostPeople = 10

/**
 * Makes the sender of presence to foreign clients. They cannot name whom they watch, so they get all users of their
 * conversations. They get none with whom there is a block, none in a conversation that awaits the answer of that user,
 * and nothing while they lag. `send` rejects if a lookup fails; some may have been sent by then. `sendToUser` checks
 * none of this, and sends to all sockets of the user.
 */
export function foreignPresence(namespace: Namespace, options: ForeignSocketOptions): PresenceSender {
  const broadcast = createBroadcast(namespace)
  return {
    isHeard: () => namespace.sockets.size > 0,
    sendToUser: (userId, presence) => {
      for (const dialect of options.dialects) {
        const room = foreignRoom(dialect, { kind: 'user', id: userId })
        for (const { event, payload } of translateForAll(dialect, watchedDelivery(presence)) ?? []) {
          broadcast([room], [event, payload], [])
        }
      }
    },
    send: async (presences, isLatest) => {
      for (const some of slicesOf(presences, mostPeople)) {
        if (namespace.sockets.size === 0) return
        await sliceOrder.next()
        await sendPresences(broadcast, options, some, isLatest)
      }
    },
  }
}

async function sendPresences(
  broadcast: Broadcast,
  { audiences, dialects, store }: ForeignSocketOptions,
  presences: readonly Presence[],
  isLatest: (presence: Presence) => boolean,
): Promise<void> {
  const heard = await store.memberships.heardBy(presences.map(({ userId }) => userId))
  const memberships = heard.filter((row) => row.direct_awaits !== row.user_id)
  for (const row of memberships) {
    const reading = audiences.bringTo(row.conversation_id, row.membership_rev)
    if (reading) await reading
  }
  const blocked = await blockedListeners(store, presences)
  const idsOf = Map.groupBy(memberships, (row) => row.user_id)
  for (const presence of presences) {
    const delivery = watchedDelivery(presence)
    const hidden = blocked.get(presence.userId) ?? []
    for (const dialect of dialects) {
      const rooms = (idsOf.get(presence.userId) ?? []).map((row) =>
        foreignRoom(dialect, { kind: 'conversation', id: row.conversation_id }),
      )
      if (rooms.length === 0 || !isLatest(presence)) continue
      const except = hidden.map(({ other }) => foreignRoom(dialect, { kind: 'user', id: other }))
      for (const { event, payload } of translateForAll(dialect, delivery) ?? []) {
        broadcast(rooms, [event, payload], [laggingRoom, ...except])
      }
    }
  }
}

const watchedDelivery = (presence: Presence): Delivery => ({
  name: 'presence.updated',
  payload: presence,
  audience: { channels: [{ kind: 'watchers', id: presence.userId }] },
})

/** For each of these users, those who must not see their presence, because there is a block between the two. */
const blockedListeners = async (store: Store, presences: readonly Presence[]) =>
  Map.groupBy(await store.blocks.around(presences.map(({ userId }) => userId)), ({ one }) => one)
