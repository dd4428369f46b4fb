import type { Logger } from 'pino'
import type { Connections } from '../core/connections.ts'
import type { Store } from '../storage/store.ts'
import { isSessionOfKey } from './key-text.ts'

interface KeyWatchOptions {
  connections: Connections
  store: Store
  everyMs: number
  log: Logger
}

/**
 * Ends the sockets of bots whose key was revoked: by a command, which is a process of its own, perhaps on another machine. The
 * database is asked only while a bot is connected here. Returns what ends the watch.
 */
export function watchKeys({ connections, store, everyMs, log }: KeyWatchOptions): () => Promise<void> {
  let running: Promise<void> | undefined
  const look = async () => {
    const ids = connections.sessionIds().filter(isSessionOfKey)
    if (ids.length > 0) connections.endSessions(await store.sessions.revokedAmong(ids))
  }
  const timer = setInterval(() => {
    running ??= look()
      .catch((err) => log.warn({ err }, 'revoked keys could not be looked for; this is tried again'))
      .finally(() => {
        running = undefined
      })
  }, everyMs).unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}
