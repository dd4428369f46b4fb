import type { PresenceStatus } from '@parley/protocol'

/** To everybody on this node who watches, or in an answer to one of them. */
export type Told = 'everybody' | 'somebody'

export interface ToldStatuses {
  note(userId: string, status: PresenceStatus, to: Told): void
  /** Hints were lost: everybody is looked at the next time. */
  doubt(): void
  /** Compares, and resolves with what everybody who watches must be told. */
  look(): Promise<Map<string, PresenceStatus>>
}

interface Parts {
  /** How these people appear, as far as all nodes know together; rejects if they cannot be asked. */
  appearances(userIds: readonly string[]): Promise<Map<string, PresenceStatus>>
  /** How often everybody is looked at. */
  compareMs: number
  /** After a Redis that forgot everything, a node may take so long to say who is there. */
  sureMs: number
  /** Milliseconds since any moment, which only grow. */
  clock?: () => number
}

/** Who was told of longest ago is forgotten first. */
const mostKnown = 50_000

/**
 * What this node told of people, compared with how they appear: a hint of somebody who came or went may get lost, and
 * who asks while Redis is away is told of nobody on other nodes. What differs in each look for `sureMs` is wrong.
 */
export function createToldStatuses({
  appearances,
  compareMs,
  sureMs,
  clock = () => performance.now(),
}: Parts): ToldStatuses {
  /** Undefined where one was told this, and another that. */
  const told = new Map<string, PresenceStatus | undefined>()
  /** Who appears otherwise than was told, and since when; before the first look at them, as nothing. */
  const suspects = new Map<string, { status: PresenceStatus; since: number } | undefined>()
  let lastFull = clock()
  let isDoubted = false

  const compare = (userId: string, status: PresenceStatus, now: number) => {
    if (!told.has(userId) || told.get(userId) === status) suspects.delete(userId)
    else if (suspects.get(userId)?.status !== status) suspects.set(userId, { status, since: now })
  }

  const forget = (userId: string) => {
    told.delete(userId)
    suspects.delete(userId)
  }

  return {
    note: (userId, status, to) => {
      const isAgreed = to === 'everybody' || !told.has(userId) || told.get(userId) === status
      if (to === 'everybody') suspects.delete(userId)
      if (!isAgreed && !suspects.has(userId)) suspects.set(userId, undefined)
      told.delete(userId)
      told.set(userId, isAgreed ? status : undefined)
      const [oldest] = told.keys()
      if (told.size > mostKnown && oldest !== undefined) forget(oldest)
    },
    doubt: () => {
      isDoubted = true
      // Nobody was looked at while Redis was away.
      for (const userId of suspects.keys()) suspects.set(userId, undefined)
    },
    look: async () => {
      const now = clock()
      const isFull = isDoubted || now - lastFull >= compareMs
      const userIds = [...(isFull ? told : suspects).keys()]
      isDoubted = false
      try {
        const found = await appearances(userIds)
        for (const userId of userIds) compare(userId, found.get(userId) ?? 'offline', now)
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
