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
  compareMs: number
}

/** Who was told of longest ago is forgotten first. */
const mostKnown = 50_000
const mostPerLook = 1_000

/** A node that has just come back, and others after a Redis that forgot everything, take a moment to say who is there. */
const looksUntilSure = 3

/**
 * What this node told of people, compared with how they appear: a hint of somebody who came or went may get lost, and
 * who asks while Redis is away is told of nobody on other nodes. What differs in three looks in a row is wrong.
 */
export function createToldStatuses({ appearances, compareMs }: Parts): ToldStatuses {
  /** Undefined where one was told this, and another that. */
  const told = new Map<string, PresenceStatus | undefined>()
  const suspects = new Map<string, { status: PresenceStatus; looks: number }>()
  let lastFull = performance.now()
  let isDoubted = false

  const compare = (userId: string, status: PresenceStatus) => {
    if (!told.has(userId) || told.get(userId) === status) return void suspects.delete(userId)
    const before = suspects.get(userId)
    suspects.set(userId, { status, looks: before?.status === status ? before.looks + 1 : 1 })
  }

  return {
    note: (userId, status, to) => {
      const isKnown = told.has(userId)
      const isAgreed = to === 'everybody' || !isKnown || told.get(userId) === status
      told.delete(userId)
      told.set(userId, isAgreed ? status : undefined)
      if (!isAgreed) suspects.set(userId, { status, looks: 0 })
      const [oldest] = told.keys()
      if (told.size > mostKnown && oldest !== undefined) told.delete(oldest)
    },
    doubt: () => {
      isDoubted = true
    },
    look: async () => {
      const isFull = isDoubted || performance.now() - lastFull >= compareMs
      const userIds = [...(isFull ? told : suspects).keys()]
      for (let from = 0; from < userIds.length; from += mostPerLook) {
        const some = userIds.slice(from, from + mostPerLook)
        const found = await appearances(some)
        for (const userId of some) compare(userId, found.get(userId) ?? 'offline')
      }
      if (isFull) {
        isDoubted = false
        lastFull = performance.now()
      }
      const wrong = [...suspects].filter(([, { looks }]) => looks >= looksUntilSure)
      for (const [userId] of wrong) suspects.delete(userId)
      return new Map(wrong.map(([userId, { status }]) => [userId, status]))
    },
  }
}
