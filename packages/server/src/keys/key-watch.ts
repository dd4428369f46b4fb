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
 * Ends the sockets of bots on this node whose key was revoked. It asks the database every `everyMs` while a bot is
 * connected here, because the command that revokes keys is another process, perhaps on another machine. A failure is
 * logged, and the next time tries again. Returns a function that stops the watch, and resolves when a check under way
 * has ended.
 */
export function watchKeys({ connections, store, everyMs, log }: KeyWatchOptions): () => Promise<void> {
  let running: Promise<void> | undefined
  const endRevoked = async () => {
    const ids = connections.sessionIds().filter(isSessionOfKey)
    if (ids.length > 0) connections.endSessions(await store.sessions.revokedAmong(ids))
  }
  const timer = setInterval(() => {
    running ??= endRevoked()
      .catch((err) => log.warn({ err }, 'revoked keys could not be read; this is tried again'))
      .finally(() => {
        running = undefined
      })
  }, everyMs).unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}
