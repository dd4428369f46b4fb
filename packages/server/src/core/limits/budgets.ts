/** How much may be done under one key: `points` in `duration` seconds. */
export interface Budget {
  points: number
  duration: number
  /**
   * Counts on all nodes together, before the operation runs. Other budgets are counted by each node, and shared between
   * nodes afterwards, so that no operation waits for them.
   */
  strict?: boolean
}

/** The budgets that operations spend, by user; before signing in, by address or, for a refresh, by session. */
export const budgets = {
  send: { points: 30, duration: 3 },
  change: { points: 60, duration: 10 },
  /** Changes that all members of a room receive and store: after a burst, one a second. */
  room: { points: 20, duration: 20 },
  people: { points: 30, duration: 60, strict: true },
  password: { points: 10, duration: 600, strict: true },
  registration: { points: 20, duration: 60, strict: true },
  refresh: { points: 30, duration: 60, strict: true },
  /** Refresh tokens that this server did not make, by address. */
  forgery: { points: 100, duration: 60, strict: true },
  signal: { points: 30, duration: 3 },
  upload: { points: 60, duration: 60 },
  /** Reads of single attachments: pictures of a page, ranges of a film, the requests of an upload. */
  download: { points: 1_000, duration: 10 },
  search: { points: 40, duration: 10 },
  read: { points: 200, duration: 10 },
  /** Users and members that a backend describes, by API key. */
  provision: { points: 3_000, duration: 60 },
} as const satisfies Record<string, Budget>

export type BudgetName = keyof typeof budgets

/**
 * `auth/password-attempts.ts` defines which of them an attempt spends. All but the last count wrong passwords alone.
 */
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

/** Requests of one user with an `Idempotency-Key`, whose answers are stored for a day. */
export const keptAnswerBudget: Budget = { points: 5_000, duration: 24 * 60 * 60, strict: true }

/**
 * A cost that depends on the input: one point, and one more for each `per` entries of a list in the input. A number in
 * the input counts as the length of the list that it requests.
 */
interface Weighed {
  budget: BudgetName
  /** The field of the list, or of the number. */
  list: string
  per: number
}

/**
 * The length of a list, or the number itself if it is positive; 0 for any other value. Never throws: the input is not
 * validated yet.
 */
export function entriesIn(field: unknown): number {
  if (Array.isArray(field)) return field.length
  return typeof field === 'number' && field > 0 ? field : 0
}

/** How an operation is charged. `outcome`: its handler charges it, because the cost depends on the outcome. */
export type Charge = BudgetName | Weighed | 'outcome'
