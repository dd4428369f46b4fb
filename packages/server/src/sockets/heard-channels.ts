import type { Server } from 'socket.io'
import { type Channel, channelName, isSubscribed, parseChannel } from '../core/channel.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { channelOfRoom } from './foreign/foreign-rooms.ts'

/** Counts, for each channel, the rooms of this node in which sockets hear it: at most one for each vocabulary. */
export interface HeardChannels {
  add(channel: Channel): void
  remove(channel: Channel): void
}

interface Hooks {
  /** Called by `add` when the first socket hears the channel. */
  opened(channel: Channel): void
  /** Called by `remove` when the last one stops hearing it. */
  closed(channel: Channel): void
}

/**
 * Makes a counter without any channel. `opened` is called when the count of a channel leaves 0, and `closed` when it is
 * 0 again. `remove` ignores a channel that was not added. It does not check that nodes subscribe to the channel.
 */
export function createHeardChannels({ opened, closed }: Hooks): HeardChannels {
  const counts = new Map<string, number>()
  return {
    add: (channel) => {
      const name = channelName(channel)
      const count = counts.get(name) ?? 0
      counts.set(name, count + 1)
      if (count === 0) opened(channel)
    },
    remove: (channel) => {
      const name = channelName(channel)
      const count = counts.get(name) ?? 0
      if (count > 1) return void counts.set(name, count - 1)
      if (counts.delete(name)) closed(channel)
    },
  }
}

/**
 * From now on, adds a channel to `heard` when its room begins to exist, and removes it with the room. A room of
 * Socket.IO exists while a socket is in it. Left out are channels that nodes do not subscribe to, and rooms of no
 * channel.
 */
export function followRooms(io: Server, dialects: readonly Dialect[], heard: HeardChannels): void {
  const namespaces = [
    { adapter: io.of('/v1').adapter, channelOf: parseChannel },
    { adapter: io.of('/').adapter, channelOf: (room: string) => channelOfRoom(dialects, room) },
  ]
  for (const { adapter, channelOf } of namespaces) {
    adapter.on('create-room', (room: string) => {
      const channel = channelOf(room)
      if (channel && isSubscribed(channel)) heard.add(channel)
    })
    adapter.on('delete-room', (room: string) => {
      const channel = channelOf(room)
      if (channel && isSubscribed(channel)) heard.remove(channel)
    })
  }
}
