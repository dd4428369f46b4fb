import { Redis } from 'ioredis'
import type { Logger } from 'pino'

/** The two connections of a node: one receives hints, the other publishes and stores. */
export interface RedisLink {
  commands: Redis
  subscriber: Redis
  /** Gives both up and makes them anew: what hangs is not worth waiting for. */
  restart(): void
  close(): void
}

/** Nothing is kept for later while Redis is away: a hint that comes late is worth nothing. */
const options = {
  enableOfflineQueue: false,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 2_000,
  commandTimeout: 2_000,
  keepAlive: 5_000,
  retryStrategy: (times: number) => Math.min(times * 100, 500) + Math.random() * 100,
}

export function connectRedis(url: string, log: Logger): RedisLink {
  const commands = new Redis(url, { ...options, connectionName: 'parley' })
  const subscriber = new Redis(url, { ...options, connectionName: 'parley-subscriber' })
  const both = [commands, subscriber]
  // Without a listener the process would end. A client tells the same failure again and again, so it is logged by state.
  for (const redis of both) redis.on('error', (error: Error) => log.debug({ err: error }, 'redis'))
  return {
    commands,
    subscriber,
    restart: () => {
      for (const redis of both) {
        // One that is being made has a time limit of its own, and would not try again if it were stopped.
        if (redis.status === 'end') redis.connect().catch(() => {})
        else if (redis.status === 'ready' || redis.status === 'connect') redis.disconnect(true)
      }
    },
    close: () => {
      for (const redis of both) redis.disconnect()
    },
  }
}
