import type { Server } from 'socket.io'
import type { Channel } from '../cluster/cluster.ts'
import type { Dialect } from '../dialects/dialect.ts'

/** What is heard on this node: each conversation and each account for which a socket is here, in whatever vocabulary. */
export interface HeardChannels {
  add(channel: Channel): void
  remove(channel: Channel): void
}

interface Hooks {
  /** The first socket hears it. */
  opened(channel: Channel): void
  /** The last one is gone. */
  closed(channel: Channel): void
}

export function createHeardChannels({ opened, closed }: Hooks): HeardChannels {
  const rooms = new Map<Channel, number>()
  return {
    add: (channel) => {
      const count = rooms.get(channel) ?? 0
      rooms.set(channel, count + 1)
      if (count === 0) opened(channel)
    },
    remove: (channel) => {
      const count = rooms.get(channel) ?? 0
      if (count > 1) return void rooms.set(channel, count - 1)
      if (rooms.delete(channel)) closed(channel)
    },
  }
}

/** A room of Socket.IO exists while a socket is in it, so its rooms say what is heard. */
export function followRooms(io: Server, dialects: readonly Dialect[], heard: HeardChannels): void {
  const vocabularies = [
    { adapter: io.of('/v1').adapter, prefixes: [''] },
    { adapter: io.of('/').adapter, prefixes: dialects.map(({ name }) => `${name}:`) },
  ]
  for (const { adapter, prefixes } of vocabularies) {
    const channelIn = (room: string): Channel | undefined => {
      const prefix = prefixes.find((start) => room.startsWith(`${start}c:`) || room.startsWith(`${start}u:`))
      return prefix === undefined ? undefined : (room.slice(prefix.length) as Channel)
    }
    adapter.on('create-room', (room: string) => {
      const channel = channelIn(room)
      if (channel) heard.add(channel)
    })
    adapter.on('delete-room', (room: string) => {
      const channel = channelIn(room)
      if (channel) heard.remove(channel)
    })
  }
}
