import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Delivery } from '../../core/delivery.ts'
import type { Cluster } from '../cluster.ts'
import { createRedisChannels, type RedisChannels } from './redis-channels.ts'
import { createRedisCounters } from './redis-counters.ts'
import { createRedisLeases, type LeaseTiming } from './redis-leases.ts'
import { connectRedis, type RedisLink } from './redis-link.ts'
import { createRedisPlaces } from './redis-places.ts'
import { createPulse, type Pulse, type PulseTiming } from './redis-pulse.ts'

interface RedisClusterOptions {
  /** `redis://user:password@host:port/db` */
  url: string
  /** The id of the history that the nodes share. Nodes of another history may use the same Redis. */
  epoch: string
  timing: PulseTiming & LeaseTiming
  log: Logger
}

/**
 * Joins the nodes that share a Redis and an epoch, until `close`. Resolves when hints arrive or, with a warning in the
 * log, after `silenceMs` without Redis. It does not reject then: it connects in the background, and until it has, this
 * node gets the changes of others only by comparison with the database.
 */
export async function joinCluster({ url, epoch, timing, log }: RedisClusterOptions): Promise<Cluster> {
  const node = { link: connectRedis(url, log), nodeId: randomUUID(), prefix: `parley:${epoch}:`, timing, log }
  const heard: ((deliveries: Delivery[]) => void)[] = []
  const changed: (() => void)[] = []
  const leases = createRedisLeases(node)
  const { pulse, channels } = connectHints({
    ...node,
    heard: (deliveries) => {
      for (const listener of heard) listener(deliveries)
    },
    lost: () => {
      leases.doubt()
      for (const listener of changed) listener()
    },
  })

  if (pulse.isAway()) {
    const isThere = new Promise<void>((resolve) => void changed.push(resolve))
    await Promise.race([isThere, pause(timing.silenceMs, undefined, { ref: false })])
    if (pulse.isAway()) log.warn('Redis does not answer: starting without it')
  }
  return {
    publish: channels.publish,
    subscribe: channels.subscribe,
    unsubscribe: channels.unsubscribe,
    listen: (hear, change) => {
      heard.push(hear)
      changed.push(change)
    },
    leases,
    count: createRedisCounters(node.link, node.prefix),
    places: createRedisPlaces(node.link, node.prefix),
    isAway: pulse.isAway,
    settled: pulse.round,
    close: async () => {
      pulse.close()
      leases.close()
      node.link.close()
    },
  }
}

interface HintOptions {
  link: RedisLink
  nodeId: string
  prefix: string
  timing: PulseTiming
  log: Logger
  heard(deliveries: Delivery[]): void
  /** Called when hints begin to get lost, and when they arrive again after some were lost. */
  lost(): void
}

/** The channels of hints, and the pulse that shows whether hints arrive. */
function connectHints({ timing, log, lost, ...options }: HintOptions): { pulse: Pulse; channels: RedisChannels } {
  const pulse = createPulse({
    timing,
    send: (beat) => channels.beat(beat),
    restart: options.link.restart,
    changed: () => {
      if (pulse.isAway()) log.warn('Redis is away: other nodes are heard of by comparison alone')
      else log.info('Redis is there')
      lost()
    },
  })
  const channels = createRedisChannels({
    ...options,
    returned: pulse.returned,
    subscribed: () => {
      pulse.beat()
      // Hints were lost before the new connection was subscribed.
      if (!pulse.isAway()) lost()
    },
  })
  return { pulse, channels }
}
