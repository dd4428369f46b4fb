import type { PresenceStatus } from '@parley/protocol'
import type { StatusReceivers } from '../../core/leases.ts'

export interface SentStatuses {
  /** Notes a status that was sent to all watchers of a user on this node, or to one of them. */
  note(userId: string, status: PresenceStatus, to: StatusReceivers): void
  /** Makes the next comparison include all users. Call this when hints were lost. */
  doubt(): void
  /** Compares, and resolves with the statuses that must be sent to all watchers. Rejects as `appearances` does. */
  compare(): Promise<Map<string, PresenceStatus>>
}

interface SentStatusesOptions {
  /** The statuses of those of these users who are connected to any node; rejects if Redis cannot be reached. */
  appearances(userIds: readonly string[]): Promise<Map<string, PresenceStatus>>
  /** How often all users are compared. */
  compareMs: number
  /**
   * How long a difference must last. After Redis forgot everything, nodes may take so long to write their leases again.
   */
  sureMs: number
  /** Milliseconds since any moment; they never go back. */
  clock?: () => number
}

/** Beyond this number, users whose status was sent longest ago are forgotten. */
const mostKnown = 50_000

/**
 * Remembers the status of each user that this node last sent, for at most 50,000 users, and finds those that are wrong:
 * a hint may get lost, and an answer given while Redis is away leaves out other nodes. Each `compare` asks
 * `appearances` about the users who differed before or, after `compareMs` or `doubt`, about all; there is no timer. It
 * resolves with the present status of each user that has differed for `sureMs`: the caller must send and note it. It
 * rejects as `appearances` does.
 */
export function createSentStatuses({
  appearances,
  compareMs,
  sureMs,
  clock = () => performance.now(),
}: SentStatusesOptions): SentStatuses {
  /** The status that was sent; undefined if watchers were sent different ones. */
  const sent = new Map<string, PresenceStatus | undefined>()
  /** Users whose status differs from the one that was sent, and since when; undefined before the first comparison. */
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
      // No status was compared while Redis was away.
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
