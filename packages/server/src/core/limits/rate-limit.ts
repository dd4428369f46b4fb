import type { OperationName } from '@parley/protocol'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Caller, Stranger } from '../context.ts'
import { type Budget, type BudgetName, budgets, type Charge, entriesIn } from './budgets.ts'
import { type CountTogether, createStrictMeter, type Meter, toRefusal } from './strict-meter.ts'

export interface RateLimit {
  /** Takes what the operation costs, or rejects with `rate_limited` and the time to wait. The input may be anything. */
  take(operation: OperationName, caller: Caller | Stranger, input: unknown): Promise<void>
}

export const noRateLimit: RateLimit = { take: async () => {} }

interface RateLimitOptions {
  charges: Record<OperationName, Charge>
  count: CountTogether
  /** The session of a refresh token that this server made, even if it has ended. */
  sessionOf(refreshToken: string): string | undefined
}

type Take = (caller: Caller | Stranger, input: unknown) => Promise<void>

/** Makes the limit of these charges: strict budgets ask `count` first, others share later; `outcome` costs nothing. */
export function createRateLimit({ charges, count, sessionOf }: RateLimitOptions): RateLimit {
  const meterOf = (name: BudgetName): Meter =>
    ('strict' in budgets[name] ? createStrictMeter : createMeter)(name, budgets[name], count)
  const names = Object.keys(budgets) as BudgetName[]
  const meters = Object.fromEntries(names.map((name) => [name, meterOf(name)])) as Record<BudgetName, Meter>

  const takeOf = (charge: Charge): Take => {
    if (charge === 'outcome') return async () => {}
    if (charge === 'refresh') {
      // Many people share an address, so each spends their session's budget. A forged token spends that of the address.
      return (caller, input) => {
        const token = fieldOf(input, 'refreshToken')
        const session = typeof token === 'string' ? sessionOf(token) : undefined
        return session === undefined ? meters.forgery.take(keyOf(caller)) : meters.refresh.take(session)
      }
    }
    if (typeof charge === 'string') return (caller) => meters[charge].take(keyOf(caller))
    const { budget, list, per } = charge
    return (caller, input) => {
      const points = 1 + Math.floor(entriesIn(fieldOf(input, list)) / per)
      return meters[budget].take(keyOf(caller), Math.min(points, budgets[budget].points))
    }
  }
  const takes = new Map(Object.entries(charges).map(([name, charge]) => [name, takeOf(charge)]))
  return { take: async (operation, caller, input) => takes.get(operation)?.(caller, input) }
}

const keyOf = (caller: Caller | Stranger) => (caller.user ? caller.user.id : caller.address)

/** The value of a field; undefined if the input, which is not validated yet, has none. */
const fieldOf = (input: unknown, name: string): unknown =>
  typeof input === 'object' && input !== null && Object.hasOwn(input, name)
    ? (input as Record<string, unknown>)[name]
    : undefined

/** Answers by this node's own count, and afterwards shares with the other nodes what comes near the budget. */
function createMeter(name: string, { points: most, duration }: Budget, count: CountTogether): Meter {
  const here = new RateLimiterMemory({ points: most, duration, keyPrefix: name })
  let longest = duration
  // Most people never come near a budget: of those no other node needs to know.
  const share = createSharing(Math.ceil(most / 3), async (key, used) => {
    const all = await count(name, key, used, duration)
    // A user who used the budgets of several nodes waits as long as if one budget had been for all of them.
    const seconds = Math.ceil((duration * (all?.points ?? 0)) / most)
    if (seconds <= duration) return
    longest = Math.max(longest, seconds)
    await here.block(key, seconds)
  })
  return {
    take: async (key, points = 1) => {
      const { consumedPoints } = await here.consume(key, points).catch((cause) => toRefusal(longest)(cause))
      share(key, consumedPoints, points)
    },
  }
}

const shareEveryMs = 250

/** Shares with the other nodes, each `shareEveryMs`, what a key used here, once that is `unnoticed` points or more. */
function createSharing(unnoticed: number, tell: (key: string, used: number) => Promise<void>) {
  const used = new Map<string, number>()
  const tellAll = () => {
    const all = [...used]
    used.clear()
    for (const [key, points] of all) void tell(key, points)
  }
  return (key: string, consumed: number, points: number): void => {
    if (consumed < unnoticed) return
    if (used.size === 0) setTimeout(tellAll, shareEveryMs).unref()
    used.set(key, consumed - points < unnoticed ? consumed : (used.get(key) ?? 0) + points)
  }
}
