import { createShardedAdapter } from '@socket.io/redis-adapter'
import { createAdapter as createStreamsAdapter } from '@socket.io/redis-streams-adapter'
import { Redis } from 'ioredis'
import type { Server } from 'socket.io'
import { createRedisChannels } from '../../packages/server/src/cluster/redis/redis-channels.ts'
import { connectRedis } from '../../packages/server/src/cluster/redis/redis-link.ts'
import type { Delivery } from '../../packages/server/src/core/delivery.ts'

/** A transport of events from the first node to the rooms of the second. */
export interface Bus {
  /** Sends the events of one commit, each to its room. */
  emit(said: readonly { room: string; payload: object }[]): void
  close(): void
}

export type BusName = 'parley' | 'sharded-adapter' | 'streams-adapter'

const about = { kind: 'room' as const, directUserIds: [] }

/**
 * Starts a transport of this name from the first node to the rooms of the second; resolves when it is ready. `urls`:
 * each node has its own address of Redis, so that one can be cut off.
 */
export async function startBus(
  name: BusName,
  urls: [string, string],
  nodes: [Server, Server],
  rooms: string[],
): Promise<Bus> {
  if (name === 'parley') return ours(urls, nodes[1], rooms)
  const clients = urls.flatMap((url) => [new Redis(url), new Redis(url)])
  for (const client of clients) client.on('error', () => {})
  for (const [index, io] of nodes.entries()) {
    const [commands, subscriber] = clients.slice(index * 2, index * 2 + 2) as [Redis, Redis]
    io.adapter(
      name === 'sharded-adapter'
        ? createShardedAdapter(commands, subscriber, { subscriptionMode: 'dynamic' })
        : createStreamsAdapter(commands, { maxLen: 100_000 }),
    )
  }
  return {
    emit: (said) => {
      for (const { room, payload } of said) nodes[0].to(room).emit('said', payload)
    },
    close: () => {
      for (const client of clients) client.disconnect()
    },
  }
}

async function ours(urls: [string, string], receiving: Server, rooms: string[]): Promise<Bus> {
  const log = { debug: () => {} } as unknown as Parameters<typeof connectRedis>[1]
  const links = urls.map((url) => connectRedis(url, log))
  const channels = links.map((link, index) =>
    createRedisChannels({
      link,
      nodeId: `node-${index}`,
      prefix: 'bench:',
      returned: () => {},
      subscribed: () => {},
      heard: (deliveries) => {
        for (const { audience, payload } of deliveries) {
          for (const { id } of audience.channels) receiving.to(id).emit('said', payload)
        }
      },
    }),
  )
  await Promise.all(links.flatMap(({ commands, subscriber }) => [ready(commands), ready(subscriber)]))
  await channels[1]?.subscribe(rooms.map((id) => ({ kind: 'conversation', id })))
  return {
    emit: (said) =>
      channels[0]?.publish(
        said.map(
          ({ room, payload }) =>
            ({
              name: 'message.created',
              payload,
              audience: { channels: [{ kind: 'conversation', id: room }], membershipRev: 1, about },
            }) as Delivery,
        ),
      ),
    close: () => {
      for (const link of links) link.close()
    },
  }
}

const ready = (client: { status: string; once(event: 'ready', listener: () => void): unknown }) =>
  client.status === 'ready' ? undefined : new Promise<void>((resolve) => client.once('ready', resolve))
