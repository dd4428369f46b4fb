import type { PresenceStatus } from '@parley/protocol'
import type { StatusReceivers } from '../../core/leases.ts'

export interface SentStatuses {
  note(userId: string, status: PresenceStatus, to: StatusReceivers): void
  /** Hints were lost: the next comparison is of everybody. */
  doubt(): void
  /** Compares, and resolves with the statuses that must be sent to all watchers. */
  compare(): Promise<Map<string, PresenceStatus>>
}

interface SentStatusesOptions {
  /** How these people appear, as far as all nodes know together; rejects if they cannot be asked. */
  appearances(userIds: readonly string[]): Promise<Map<string, PresenceStatus>>
  /** How often everybody is compared. */
  compareMs: number
  /** After a Redis that forgot everything, a node may take so long to say who is there. */
  sureMs: number
  /** Milliseconds since any moment, which only grow. */
  clock?: () => number
}

/** People whose status was sent longest ago are forgotten first. */
const mostKnown = 50_000

/**
 * The statuses that this node sent, compared with how people appear: a hint of somebody who came or went may get lost,
 * and an answer given while Redis is away leaves out the other nodes. What differs for `sureMs` is wrong.
 */
export function createSentStatuses({
  appearances,
  compareMs,
  sureMs,
  clock = () => performance.now(),
}: SentStatusesOptions): SentStatuses {
  /** Undefined where one watcher was sent this status, and another that. */
  const sent = new Map<string, PresenceStatus | undefined>()
  /** People whose status differs from what was sent, and since when; undefined before the first comparison. */
  const suspects = new Map<string, { status: PresenceStatus; since: number } | undefined>()
  let lastFull = clock()
  let isDoubted = false

  const examine = (userId: string, status: PresenceStatus, now: number) => {
    if (!sent.has(userId) || sent.get(userId) === status) suspects.delete(userId)
    else if (suspects.get(userId)?.status !== status) suspects.set(userId, { status, since: now })
  }

  const forget = (userId: string) => {
    sent.delete(userId)
    suspects.delete(userId)
  }

  return {
    note: (userId, status, to) => {
      const isAgreed = to === 'everybody' || !sent.has(userId) || sent.get(userId) === status
      if (to === 'everybody') suspects.delete(userId)
      if (!isAgreed && !suspects.has(userId)) suspects.set(userId, undefined)
      sent.delete(userId)
      sent.set(userId, isAgreed ? status : undefined)
      const [oldest] = sent.keys()
      if (sent.size > mostKnown && oldest !== undefined) forget(oldest)
    },
    doubt: () => {
      isDoubted = true
      // Nobody was compared while Redis was away.
      for (const userId of suspects.keys()) suspects.set(userId, undefined)
    },
    compare: async () => {
      const now = clock()
      const isFull = isDoubted || now - lastFull >= compareMs
      const userIds = [...(isFull ? sent : suspects).keys()]
      isDoubted = false
      try {
        const found = await appearances(userIds)
        for (const userId of userIds) examine(userId, found.get(userId) ?? 'offline', now)
      } catch (error) {
        isDoubted ||= isFull
        throw error
      }
      if (isFull) lastFull = now
      const wrong = new Map<string, PresenceStatus>()
      for (const [userId, suspect] of suspects) {
        if (suspect && now - suspect.since >= sureMs) wrong.set(userId, suspect.status)
      }
      for (const userId of wrong.keys()) suspects.delete(userId)
      return wrong
    },
  }
}
