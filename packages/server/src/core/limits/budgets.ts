/** How much may be done under one key: `points` in `duration` seconds. */
export interface Budget {
  points: number
  duration: number
  /** All nodes are asked before the answer. Elsewhere they tell each other afterwards, which costs nobody a wait. */
  strict?: boolean
}

/** What operations draw on: the caller's, by user; before signing in, by address or, for a refresh, by session. */
export const budgets = {
  send: { points: 30, duration: 3 },
  change: { points: 60, duration: 10 },
  /** All members are told of it, and keep it: after a burst, one a second. */
  room: { points: 20, duration: 20 },
  people: { points: 30, duration: 60, strict: true },
  password: { points: 10, duration: 600, strict: true },
  registration: { points: 20, duration: 60, strict: true },
  refresh: { points: 30, duration: 60, strict: true },
  /** By address: refresh tokens that this server did not make. */
  forgery: { points: 100, duration: 60, strict: true },
  signal: { points: 30, duration: 3 },
  upload: { points: 60, duration: 60 },
  /** Pictures of a page, pieces of a film, and the steps of uploads. */
  download: { points: 1_000, duration: 10 },
  search: { points: 40, duration: 10 },
  read: { points: 200, duration: 10 },
  /** By API key: users whom a backend describes. */
  provision: { points: 3_000, duration: 60 },
} as const satisfies Record<string, Budget>

export type BudgetName = keyof typeof budgets

/** `auth/password-attempts.ts` says which of them an attempt draws on. All but the last count wrong passwords alone. */
export const attemptBudgets = {
  address: { points: 20, duration: 60, strict: true },
  account: { points: 30, duration: 600, strict: true },
  device: { points: 10, duration: 600, strict: true },
  /** An account at an address where it was signed in before, once the two above are spent. */
  familiar: { points: 10, duration: 600, strict: true },
  /** Right passwords of an account, on its known devices and elsewhere: each costs a hash and a session. */
  signIns: { points: 30, duration: 60, strict: true },
} as const satisfies Record<string, Budget>

/** All requests by one API key. */
export const keyBudget: Budget = { points: 1_000, duration: 10, strict: true }

/** Requests of one person that are named, so that their answers are kept for a day. */
export const keptAnswerBudget: Budget = { points: 5_000, duration: 24 * 60 * 60, strict: true }

/**
 * The more a list in the input holds, or the longer the list that a number asks for, the more an operation costs: one point, and
 * one for each `per` entries.
 */
interface Weighed {
  budget: BudgetName
  /** The field of the list, or of the number. */
  list: string
  per: number
}

/** How many entries a field holds or asks for. Nobody has looked at the input yet, so it may be anything. */
export function entriesIn(field: unknown): number {
  if (Array.isArray(field)) return field.length
  return typeof field === 'number' && field > 0 ? field : 0
}

/** `outcome`: the operation is charged by its handler, because what it costs depends on how it ends. */
export type Charge = BudgetName | Weighed | 'outcome'
