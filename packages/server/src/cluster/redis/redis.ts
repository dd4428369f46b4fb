import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Delivery } from '../../core/deliver.ts'
import type { Cluster } from '../cluster.ts'
import { createChannels } from './redis-channels.ts'
import { createRedisCounters } from './redis-counters.ts'
import { createRedisLeases, type LeaseTiming } from './redis-leases.ts'
import { connectRedis } from './redis-link.ts'
import { createPulse, type PulseTiming } from './redis-pulse.ts'

interface Place {
  /** `redis://user:password@host:port/db` */
  url: string
  /** Which history the nodes share: those of another one may use the same Redis. */
  epoch: string
  timing: PulseTiming & LeaseTiming
  log: Logger
}

/** Many nodes with a Redis between them. If it is away from the beginning, nothing but the hints is missing. */
export async function joinCluster({ url, epoch, timing, log }: Place): Promise<Cluster> {
  const nodeId = randomUUID()
  const prefix = `parley:${epoch}:`
  const link = connectRedis(url, log)
  const heard: ((deliveries: Delivery[]) => void)[] = []
  const changed: (() => void)[] = []

  const pulse = createPulse({
    timing,
    send: (beat) => channels.beat(beat),
    restart: link.restart,
    changed: () => {
      if (pulse.isAway()) log.warn('Redis is away: other nodes are heard of by comparison alone')
      else log.info('Redis is there')
      hintsWereLost()
    },
  })
  const channels = createChannels({
    link,
    nodeId,
    prefix,
    felt: pulse.felt,
    subscribed: () => {
      pulse.beat()
      // Between the two connections, hints were lost.
      if (!pulse.isAway()) hintsWereLost()
    },
    heard: (deliveries) => {
      for (const listener of heard) listener(deliveries)
    },
  })
  const leases = createRedisLeases({ link, nodeId, prefix, timing, log })
  const hintsWereLost = () => {
    leases.doubt()
    for (const listener of changed) listener()
  }

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
    count: createRedisCounters(link, prefix),
    isAway: pulse.isAway,
    settled: pulse.round,
    close: async () => {
      pulse.close()
      leases.close()
      link.close()
    },
  }
}
