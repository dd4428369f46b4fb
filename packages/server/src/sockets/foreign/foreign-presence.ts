import type { Presence } from '@parley/protocol'
import type { Namespace } from 'socket.io'
import type { Delivery } from '../../core/delivery.ts'
import { slicesOf } from '../../core/limits/answer-budget.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import { laggingRoom } from '../../engine/outgoing-limit.ts'
import { type Broadcast, createBroadcast } from '../../engine/packets.ts'
import type { PresenceSender } from '../presence-lane.ts'
import type { ForeignSocketOptions } from '../socket-options.ts'
import { foreignRoom } from './foreign-rooms.ts'
import { translate } from './foreign-words.ts'

/** So many people are looked up, and their statuses sent, in one slice. */
const mostPeople = 10

/** A foreign client cannot say whom it watches, so it hears of everybody with whom it shares a conversation. */
export function foreignPresence(namespace: Namespace, options: ForeignSocketOptions): PresenceSender {
  const broadcast = createBroadcast(namespace)
  return {
    isHeard: () => namespace.sockets.size > 0,
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
  const memberships = await store.memberships.heardBy(presences.map(({ userId }) => userId))
  for (const row of memberships) {
    const reading = audiences.bringTo(row.conversation_id, row.membership_rev)
    if (reading) await reading
  }
  const idsOf = Map.groupBy(memberships, (row) => row.user_id)
  for (const presence of presences) {
    const delivery: Delivery = {
      name: 'presence.updated',
      payload: presence,
      audience: { channels: [{ kind: 'watchers', id: presence.userId }] },
    }
    for (const dialect of dialects) {
      const rooms = (idsOf.get(presence.userId) ?? []).map((row) =>
        foreignRoom(dialect, { kind: 'conversation', id: row.conversation_id }),
      )
      if (rooms.length === 0 || !isLatest(presence)) continue
      for (const { event, payload } of translate(dialect, delivery)) broadcast(rooms, [event, payload], [laggingRoom])
    }
  }
}
