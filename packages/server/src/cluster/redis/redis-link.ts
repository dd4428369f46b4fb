import { Redis } from 'ioredis'
import type { Logger } from 'pino'

/** The two connections of a node: one receives hints, the other publishes and stores. */
export interface RedisLink {
  commands: Redis
  subscriber: Redis
  /** Closes both and connects again, because one that hangs may never recover. */
  restart(): void
  close(): void
}

/** While Redis is away, no command is queued: a hint that comes late is useless. */
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

/**
 * Makes two connections and returns at once: they connect in the background, again and again until `close`. An error is
 * logged as a warning, such as that of a wrong password, but the same one only once until a connection is ready. A
 * command rejects at once while its connection is not ready, and after 2 s without an answer; none is queued or sent
 * again.
 */
export function connectRedis(url: string, log: Logger): RedisLink {
  const commands = new Redis(url, { ...options, connectionName: 'parley' })
  const subscriber = new Redis(url, { ...options, connectionName: 'parley-subscriber' })
  const both = [commands, subscriber]
  // A client repeats the same error at each try.
  const known = new Set<string>()
  for (const redis of both) {
    redis.on('ready', () => known.clear())
    // Without a listener the process would end.
    redis.on('error', (error: Error) => {
      if (known.has(error.message)) return
      known.add(error.message)
      log.warn({ err: error }, 'a connection to Redis failed')
    })
  }
  return {
    commands,
    subscriber,
    restart: () => {
      for (const redis of both) {
        // One that is connecting has a time limit of its own, and would not try again if it were stopped.
        if (redis.status === 'end') redis.connect().catch(() => {})
        else if (redis.status === 'ready' || redis.status === 'connect') redis.disconnect(true)
      }
    },
    close: () => {
      for (const redis of both) redis.disconnect()
    },
  }
}
