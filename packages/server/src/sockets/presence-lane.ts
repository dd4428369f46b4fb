import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import type { Presence } from '@parley/protocol'
import type { Logger } from 'pino'
import type { Audience } from '../core/delivery.ts'

/** How presence reaches the sockets of one namespace. */
export interface PresenceSender {
  /** Does any socket here listen to this person? False only if none does. */
  isHeard(userId: string): boolean
  /**
   * Sends each status to the watchers who may see the person now, which one lookup decides for all of them. What
   * is no longer `isLatest` once that is known is left out: the newer status comes after it.
   */
  send(presences: readonly Presence[], isLatest: (presence: Presence) => boolean): Promise<void>
  /** Sends a status at once to the sockets of one person alone that watch. */
  tell(userId: string, presence: Presence): void
}

export interface PresenceLane {
  /** For an audience of one person, to their sockets that watch, at once; else to all who watch. */
  add(presence: Presence, audience?: Audience): void
  /** Resolves when nothing waits. */
  idle(): Promise<void>
  close(): void
}

const most = { atOnce: 200, waiting: 20_000 }
/** From one batch to the next: what changes meanwhile goes together, and twice as much goes as one status. */
const pauseMs = 100
const retryMs = 1_000

/**
 * Presence waits for queries, and nothing waits for presence: it has a queue of its own, beside the deliveries of commits.
 * Of each person only the latest status waits, in the place of the first; batches follow each other, so that of one
 * person no older status is sent after a newer one. When too many people wait, those who have waited longest are dropped.
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
      if (channel?.kind === 'user') return senders.forEach((sender) => void sender.tell(channel.id, presence))
      // A watcher who comes later gets this status or a newer one as an answer.
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

/** The latest status of each person who waits, and the batch under way. */
function createStatusQueue() {
  const waiting = new Map<string, Presence>()
  /** Of the batch under way, what is still the latest. */
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
    /** The batch is over. */
    finish: () => current.clear(),
    clear: () => waiting.clear(),
  }
}
