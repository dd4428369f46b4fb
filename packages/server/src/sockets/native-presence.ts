import { setImmediate as turn } from 'node:timers/promises'
import type { Presence } from '@parley/protocol'
import type { Namespace, Socket } from 'socket.io'
import type { Identity } from '../auth/authenticate.ts'
import { channelName, parseChannel } from '../core/channel.ts'
import { laggingRoom } from '../engine/outgoing-limit.ts'
import { type EventPacket, eventPacket } from '../engine/packets.ts'
import type { Store } from '../storage/store.ts'
import type { PresenceSender } from './presence-lane.ts'

/** So many watchers are looked up and written to before others get their turn: two milliseconds or so. */
const mostAtOnce = 500

const presenceRoom = (userId: string) => channelName({ kind: 'watchers', id: userId })

export function watch(socket: Socket, userIds: readonly string[]): void {
  for (const room of socket.rooms) if (parseChannel(room)?.kind === 'watchers') void socket.leave(room)
  void socket.join(userIds.map(presenceRoom))
}

interface Watching {
  presence: Presence
  packet: EventPacket
  socket: Socket
}

/** Only to users who share a conversation with the person now, not merely when they began to watch. */
export function nativePresence(namespace: Namespace, store: Store): PresenceSender {
  const watching = (presences: readonly Presence[]): Watching[] =>
    presences.flatMap((presence) => {
      const socketIds = [...(namespace.adapter.rooms.get(presenceRoom(presence.userId)) ?? [])]
      const sockets = socketIds.flatMap((id) => namespace.sockets.get(id) ?? [])
      if (sockets.length === 0) return []
      const packet = eventPacket(namespace, 'presence.updated', presence)
      return sockets.map((socket) => ({ presence, packet, socket }))
    })

  return {
    isHeard: (userId) => namespace.adapter.rooms.has(presenceRoom(userId)),
    send: async (presences, isLatest) => {
      const all = watching(presences)
      for (let from = 0; from < all.length; from += mostAtOnce) {
        if (from > 0) await turn()
        const some = all.slice(from, from + mostAtOnce)
        const pairs = some.map(({ presence, socket }) => ({ one: presence.userId, other: userIdOf(socket) }))
        const maySee = await store.memberships.acquainted(pairs)
        some.forEach(({ presence, packet, socket }, index) => {
          if (!maySee[index] || !isLatest(presence)) return
          // It may have ended, or watch somebody else by now.
          const { rooms } = socket
          if (!rooms.has(presenceRoom(presence.userId)) || rooms.has(laggingRoom)) return
          socket.conn.write(packet.data, packet.options)
        })
      }
    },
  }
}

const userIdOf = (socket: Socket): string => (socket.data.identity as Identity).user.id
