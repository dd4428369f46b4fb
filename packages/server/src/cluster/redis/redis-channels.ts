import type { ChainableCommander } from 'ioredis'
import type { Delivery } from '../../core/deliver.ts'
import { type Channel, channelOf } from '../cluster.ts'
import { decodeHint, encodeHint } from './hint.ts'
import type { RedisLink } from './redis-link.ts'

interface Parts {
  link: RedisLink
  nodeId: string
  /** Stands before every name: two Parleys that share a Redis hear nothing of each other. */
  prefix: string
  heard(deliveries: Delivery[]): void
  /** A beat of our own came back. */
  felt(beat: string): void
  /** What was published from now on is heard. */
  subscribed(): void
}

export interface Channels {
  publish(deliveries: readonly Delivery[]): void
  beat(number: string): void
  subscribe(channels: readonly Channel[]): Promise<void>
  unsubscribe(channels: readonly Channel[]): void
}

/** Hints beyond this are dropped while Redis does not take them: they would come too late, and fill the memory. */
const mostBytesUnderWay = 16 * 1024 * 1024
const mostPerRequest = 1_000

/** What nodes tell each other, by Redis' sharded publish and subscribe. */
export function createChannels({ link, nodeId, prefix, heard, felt, subscribed }: Parts): Channels {
  const { commands, subscriber } = link
  const wanted = new Set<Channel>(['nodes'])
  const own = `${prefix}node:${nodeId}`
  let bytesUnderWay = 0

  subscriber.on('smessage', (name: string, text: string) => {
    if (name === own) return felt(text)
    const channel = name.slice(prefix.length) as Channel
    const deliveries = decodeHint(nodeId, channel, text)
    if (deliveries.length > 0) heard(deliveries)
  })
  const subscribeAll = async (channels: readonly Channel[]) => {
    for (let from = 0; from < channels.length; from += mostPerRequest) {
      const some = channels.slice(from, from + mostPerRequest).filter((channel) => wanted.has(channel))
      if (some.length > 0) await subscriber.ssubscribe(...some.map((channel) => prefix + channel))
    }
  }
  const startAnew = () => {
    if (subscriber.status === 'ready') subscriber.disconnect(true)
  }
  // A new connection hears nothing yet. Our own channel comes last: a beat comes back only where everything is heard.
  subscriber.on('ready', () => {
    subscribeAll([...wanted])
      .then(() => subscriber.ssubscribe(own))
      .then(subscribed)
      .catch(startAnew)
  })

  return {
    publish: (deliveries) => {
      if (deliveries.length === 0 || commands.status !== 'ready' || bytesUnderWay > mostBytesUnderWay) return
      const pipeline = commands.pipeline()
      let bytes = 0
      for (const [channel, told] of Map.groupBy(deliveries, channelOf)) {
        const text = encodeHint(nodeId, told)
        bytes += text.length
        pipeline.spublish(prefix + channel, text)
      }
      bytesUnderWay += bytes
      send(pipeline).finally(() => {
        bytesUnderWay -= bytes
      })
    },
    beat: (number) => {
      if (commands.status === 'ready') send(commands.pipeline().spublish(own, number))
    },
    subscribe: async (channels) => {
      for (const channel of channels) wanted.add(channel)
      if (subscriber.status !== 'ready') return
      await subscribeAll(channels).catch(startAnew)
    },
    unsubscribe: (channels) => {
      for (const channel of channels) wanted.delete(channel)
      if (subscriber.status !== 'ready') return
      subscriber.sunsubscribe(...channels.map((channel) => prefix + channel)).catch(() => {})
    },
  }
}

/** What Redis does not take is lost, as hints may be. */
const send = (pipeline: ChainableCommander): Promise<unknown> => pipeline.exec().catch(() => {})
