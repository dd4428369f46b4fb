import type { Presence } from '@parley/protocol'
import type { Namespace, Socket } from 'socket.io'
import type { Identity } from '../auth/authenticate.ts'
import { whyPresencesAreHidden } from '../core/audience/hidden-presence.ts'
import { channelName, parseChannel } from '../core/channel.ts'
import { sliceOrder } from '../core/limits/slice-order.ts'
import { laggingRoom } from '../engine/outgoing-limit.ts'
import { type EventPacket, eventPacket } from '../engine/packets.ts'
import type { Pair } from '../storage/portable-sql.ts'
import type { Store } from '../storage/store.ts'
import { createAcquaintanceCache } from './acquaintance-cache.ts'
import type { PresenceSender } from './presence-lane.ts'

/** The most in one slice: half a millisecond or so. Nearly all that a status costs is the write to its socket. */
const most = { sockets: 16, statuses: 200 }
/** The most statuses, each for one watcher, that are sorted by their sockets together. */
const mostSorted = 2_000

const presenceRoom = (userId: string) => channelName({ kind: 'watchers', id: userId })

/**
 * Makes the socket, which must be connected, watch the presence of these users, and of no others. It sends no status,
 * and does not check who they are: `nativePresence` does, for each status.
 */
export function watch(socket: Socket, userIds: readonly string[]): void {
  for (const room of socket.rooms) if (parseChannel(room)?.kind === 'watchers') void socket.leave(room)
  void socket.join(userIds.map(presenceRoom))
}

/** A user's status on its way to one watching socket. */
interface Watching {
  presence: Presence
  socket: Socket
}

type MaySee = (pairs: readonly Pair[]) => Promise<boolean[]>

/**
 * Makes the sender of presence to the native sockets that watch a user. `send` checks each watcher at that moment: one
 * who shares no conversation with the user, from whom the status is hidden (`whyPresencesAreHidden`), who lags or has
 * ceased to watch gets nothing. It rejects if a lookup fails; some may have been sent by then. `sendToUser` checks none
 * of this.
 */
export function nativePresence(namespace: Namespace, store: Store): PresenceSender {
  const { areAcquainted } = createAcquaintanceCache(store)
  // Blocks and answers are not cached, so that each holds from the next status on, on whichever node it was made.
  const maySee: MaySee = async (pairs) => {
    const hidden = await whyPresencesAreHidden(store, pairs)
    return (await areAcquainted(pairs)).map((isAcquainted, index) => isAcquainted && !hidden[index])
  }
  return {
    sendToUser: (userId, presence) => {
      const packetOf = packetsOf(namespace)
      const own = namespace.adapter.rooms.get(channelName({ kind: 'user', id: userId })) ?? new Set()
      for (const id of watchersOf(namespace, presence)) {
        const socket = own.has(id) ? namespace.sockets.get(id) : undefined
        if (!socket) continue
        const { data, options } = packetOf(presence)
        socket.conn.write(data, options)
      }
    },
    isHeard: (userId) => namespace.adapter.rooms.has(presenceRoom(userId)),
    send: async (presences, isLatest) => {
      const packets = packetsOf(namespace)
      for (const group of groupsOf(namespace, presences)) {
        for (const slice of slicesBySocket(namespace, group)) {
          await sliceOrder.next()
          await sendSlice(slice, maySee, packets, isLatest)
        }
      }
    },
  }
}

async function sendSlice(
  slice: readonly Watching[],
  maySee: MaySee,
  packetOf: (presence: Presence) => EventPacket,
  isLatest: (presence: Presence) => boolean,
): Promise<void> {
  const pairs = slice.map(({ presence, socket }) => ({ one: presence.userId, other: userIdOf(socket) }))
  const seen = await maySee(pairs)
  slice.forEach(({ presence, socket }, index) => {
    if (!seen[index] || !isLatest(presence)) return
    // It may have ended, or watch somebody else by now.
    const { rooms } = socket
    if (!rooms.has(presenceRoom(presence.userId)) || rooms.has(laggingRoom)) return
    const { data, options } = packetOf(presence)
    socket.conn.write(data, options)
  })
}

/** Encodes each status once for all watchers. */
function packetsOf(namespace: Namespace): (presence: Presence) => EventPacket {
  const packets = new Map<Presence, EventPacket>()
  return (presence) => {
    const packet = packets.get(presence) ?? eventPacket(namespace, 'presence.updated', presence)
    packets.set(presence, packet)
    return packet
  }
}

const watchersOf = (namespace: Namespace, { userId }: Presence): ReadonlySet<string> =>
  namespace.adapter.rooms.get(presenceRoom(userId)) ?? new Set()

/** Groups of users who together have at most `mostSorted` watchers, or of one user. */
function* groupsOf(namespace: Namespace, presences: readonly Presence[]): Iterable<Presence[]> {
  let group: Presence[] = []
  let watchers = 0
  for (const presence of presences) {
    const { size } = watchersOf(namespace, presence)
    if (group.length > 0 && watchers + size > mostSorted) {
      yield group
      group = []
      watchers = 0
    }
    group.push(presence)
    watchers += size
  }
  yield group
}

/** Slices in which all statuses for a socket stand together, so that they leave in one write. */
function* slicesBySocket(namespace: Namespace, presences: readonly Presence[]): Iterable<Watching[]> {
  const bySocket = new Map<string, Presence[]>()
  for (const presence of presences) {
    for (const id of watchersOf(namespace, presence)) {
      const own = bySocket.get(id)
      if (own) own.push(presence)
      else bySocket.set(id, [presence])
    }
  }
  let slice: Watching[] = []
  let sockets = 0
  for (const [id, own] of bySocket) {
    const socket = namespace.sockets.get(id)
    if (!socket) continue
    if (sockets === most.sockets || (sockets > 0 && slice.length + own.length > most.statuses)) {
      yield slice
      slice = []
      sockets = 0
    }
    for (const presence of own) slice.push({ presence, socket })
    sockets++
  }
  if (sockets > 0) yield slice
}

const userIdOf = (socket: Socket): string => (socket.data.identity as Identity).user.id
