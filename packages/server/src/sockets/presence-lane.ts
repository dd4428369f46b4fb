import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import type { Presence } from '@parley/protocol'
import type { Logger } from 'pino'
import type { Audience } from '../core/delivery.ts'

/** Sends presence to the sockets of one namespace. */
export interface PresenceSender {
  /** May a socket here watch this user? False only if none does. */
  isHeard(userId: string): boolean
  /**
   * Looks up which watchers may see the users now, and sends them the statuses. A status that is not `isLatest` any
   * more after the lookup is left out, because the newer one follows. Rejects if the lookup fails.
   */
  send(presences: readonly Presence[], isLatest: (presence: Presence) => boolean): Promise<void>
  /** Sends a status at once to those sockets of `userId` that watch the user of the status. */
  sendToUser(userId: string, presence: Presence): void
}

/** The queue of statuses on their way to the sockets of this node. */
export interface PresenceLane {
  /**
   * Sends a status to all watchers, a little later; if the audience is one user, at once and only to their own sockets.
   */
  add(presence: Presence, audience?: Audience): void
  /** Resolves when no status waits. */
  idle(): Promise<void>
  /** Drops all statuses that wait. What is added afterwards is not sent, except at once to one user. */
  close(): void
}

const most = { atOnce: 200, waiting: 20_000 }
/** From one batch to the next: statuses that change meanwhile go together, and of a user only the latest. */
const pauseMs = 100
const retryMs = 1_000

/**
 * Sends presence in batches from a queue of its own, because it needs queries, and deliveries of commits must not wait
 * for them. Of each user only the latest status waits, in the place of the first; it is dropped if no socket here
 * watches the user. One batch follows the other, so that no older status of a user is sent after a newer one. A batch
 * that fails is tried again after a second. If over 20,000 users wait, those who have waited longest are dropped.
 */
export function createPresenceLane(senders: readonly PresenceSender[], log: Logger): PresenceLane {
  const queue = createStatusQueue()
  let isRunning = false
  let isOpen = true
  const idle: (() => void)[] = []
  const isLatest = (presence: Presence) => isOpen && queue.isLatest(presence)

  const sendBatch = async (): Promise<boolean> => {
    const batch = queue.take()
    try {
      for (const sender of senders) await sender.send(batch, isLatest)
      return true
    } catch (err) {
      log.warn({ err, people: batch.length }, 'presence was not sent yet')
      if (isOpen) queue.putBack(batch)
      return false
    }
  }

  const run = async () => {
    await turn()
    while (isOpen && queue.isWaiting()) {
      const next = pause(pauseMs, undefined, { ref: false })
      const isSent = await sendBatch()
      queue.finish()
      if (!queue.isWaiting()) for (const resolve of idle.splice(0)) resolve()
      await (isSent ? next : pause(retryMs, undefined, { ref: false }))
    }
    isRunning = false
    for (const resolve of idle.splice(0)) resolve()
  }

  return {
    add: (presence, audience) => {
      const [channel] = audience?.channels ?? []
      if (channel?.kind === 'user') return senders.forEach((sender) => void sender.sendToUser(channel.id, presence))
      // A watcher who connects later gets this status or a newer one in an answer.
      if (!senders.some((sender) => sender.isHeard(presence.userId))) return queue.drop(presence.userId)
      queue.add(presence)
      if (isRunning) return
      isRunning = true
      void run()
    },
    idle: () => (isOpen && queue.isBusy() ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve()),
    close: () => {
      isOpen = false
      queue.clear()
    },
  }
}

/** The latest status of each user who waits, and the batch under way. */
function createStatusQueue() {
  const waiting = new Map<string, Presence>()
  /** The statuses of the batch under way that are still the latest. */
  const current = new Map<string, Presence>()
  const isLatest = (presence: Presence) => current.get(presence.userId) === presence
  return {
    isLatest,
    isWaiting: () => waiting.size > 0,
    isBusy: () => waiting.size > 0 || current.size > 0,
    add: (presence: Presence): void => {
      current.delete(presence.userId)
      waiting.set(presence.userId, presence)
      const [oldest] = waiting.keys()
      if (waiting.size > most.waiting && oldest !== undefined) waiting.delete(oldest)
    },
    drop: (userId: string): void => {
      current.delete(userId)
      waiting.delete(userId)
    },
    take: (): Presence[] => {
      for (const [userId, presence] of waiting) {
        if (current.size >= most.atOnce) break
        current.set(userId, presence)
        waiting.delete(userId)
      }
      return [...current.values()]
    },
    putBack: (batch: readonly Presence[]): void => {
      for (const presence of batch) if (isLatest(presence)) waiting.set(presence.userId, presence)
    },
    /** Ends the batch under way. */
    finish: () => current.clear(),
    clear: () => waiting.clear(),
  }
}
