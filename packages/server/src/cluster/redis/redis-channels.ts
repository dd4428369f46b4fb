import type { ChainableCommander, Redis } from 'ioredis'
import { type Channel, channelName } from '../../core/channel.ts'
import type { Delivery } from '../../core/delivery.ts'
import { everyNode, topicOf } from '../cluster.ts'
import { decodeHint, encodeHint } from './hint.ts'
import type { RedisLink } from './redis-link.ts'

interface RedisChannelsOptions {
  link: RedisLink
  nodeId: string
  /** The beginning of every name: two installations of Parley that share a Redis do not receive each other's hints. */
  prefix: string
  heard(deliveries: Delivery[]): void
  /** Called when a beat of this node comes back. */
  returned(beat: string): void
  /** Called when all topics are subscribed, at the beginning and after each new connection. */
  subscribed(): void
}

export interface RedisChannels {
  /** Drops the events if Redis is away, or too many bytes wait for it. */
  publish(deliveries: readonly Delivery[]): void
  /** Sends a beat to this node itself. Dropped while Redis is away. */
  beat(number: string): void
  /**
   * Resolves when Redis has confirmed, at once while it is away, and after a failure: a new connection subscribes to
   * them then. Never rejects.
   */
  subscribe(channels: readonly Channel[]): Promise<void>
  unsubscribe(channels: readonly Channel[]): void
}

/** Hints beyond this are dropped while Redis does not take them: they would come too late, and fill the memory. */
const mostBytesUnderWay = 16 * 1024 * 1024
const mostPerRequest = 1_000

/**
 * The hints between nodes, by Redis' sharded publish and subscribe. Call it before the connections of the link are
 * ready: it subscribes whenever one becomes ready, to `everyNode` and all channels of `subscribe`. It gives `heard` the
 * hints of other nodes, never its own. No method throws or rejects: a failed subscription makes it connect anew. Do not
 * call `unsubscribe` with an empty list, which Redis takes for all channels. It ends with the link.
 */
export function createRedisChannels(options: RedisChannelsOptions): RedisChannels {
  const { link, nodeId, prefix, heard, returned, subscribed } = options
  const own = `${prefix}node:${nodeId}`
  link.subscriber.on('smessage', (name: string, text: string) => {
    if (name === own) return returned(text)
    const deliveries = decodeHint(nodeId, name.slice(prefix.length), text)
    if (deliveries.length > 0) heard(deliveries)
  })
  return {
    publish: publisher(options),
    beat: (number) => {
      if (link.commands.status === 'ready') send(link.commands.pipeline().spublish(own, number))
    },
    ...subscriptions(link.subscriber, prefix, { own, subscribed }),
  }
}

function publisher({ link: { commands }, nodeId, prefix }: RedisChannelsOptions): RedisChannels['publish'] {
  let bytesUnderWay = 0
  return (deliveries) => {
    if (deliveries.length === 0 || commands.status !== 'ready' || bytesUnderWay > mostBytesUnderWay) return
    const pipeline = commands.pipeline()
    let bytes = 0
    for (const [topic, some] of Map.groupBy(deliveries, topicOf)) {
      const text = encodeHint(nodeId, some)
      bytes += text.length
      pipeline.spublish(prefix + topic, text)
    }
    bytesUnderWay += bytes
    send(pipeline).finally(() => {
      bytesUnderWay -= bytes
    })
  }
}

/** Keeps this node subscribed to the topics that its sockets need, also on new connections. */
function subscriptions(
  subscriber: Redis,
  prefix: string,
  { own, subscribed }: { own: string; subscribed(): void },
): Pick<RedisChannels, 'subscribe' | 'unsubscribe'> {
  const wanted = new Set<string>([everyNode])
  const subscribeAll = async (topics: readonly string[]) => {
    for (let from = 0; from < topics.length; from += mostPerRequest) {
      const some = topics.slice(from, from + mostPerRequest).filter((topic) => wanted.has(topic))
      if (some.length > 0) await subscriber.ssubscribe(...some.map((topic) => prefix + topic))
    }
  }
  const startAnew = () => {
    if (subscriber.status === 'ready') subscriber.disconnect(true)
  }
  // A new connection has no subscriptions. Our own channel comes last, so that a beat comes back only if all are made.
  subscriber.on('ready', () => {
    subscribeAll([...wanted])
      .then(() => subscriber.ssubscribe(own))
      .then(subscribed)
      .catch(startAnew)
  })
  return {
    subscribe: async (channels) => {
      const topics = channels.map(channelName)
      for (const topic of topics) wanted.add(topic)
      if (subscriber.status === 'ready') await subscribeAll(topics).catch(startAnew)
    },
    unsubscribe: (channels) => {
      const topics = channels.map(channelName)
      for (const topic of topics) wanted.delete(topic)
      if (subscriber.status !== 'ready') return
      subscriber.sunsubscribe(...topics.map((topic) => prefix + topic)).catch(() => {})
    },
  }
}

/** Sends, and ignores failures: hints may get lost. */
const send = (pipeline: ChainableCommander): Promise<unknown> => pipeline.exec().catch(() => {})
