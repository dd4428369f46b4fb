import type { OperationName } from '@parley/protocol'
import type { Caller, Stranger } from '../context.ts'
import { type BudgetName, budgets, type Charge } from './budgets.ts'
import { type CountTogether, createMeter, createStrictMeter, type Meter } from './meter.ts'

export interface RateLimit {
  /** Takes what the operation costs, or throws `rate_limited` with the time to wait. The input may be anything. */
  take(operation: OperationName, caller: Caller | Stranger, input: unknown): Promise<void>
}

export const noRateLimit: RateLimit = { take: async () => {} }

interface RateLimitOptions {
  charges: Record<OperationName, Charge>
  count: CountTogether
  /** The session of a refresh token that this server made, whatever became of it. */
  sessionOf(refreshToken: string): string | undefined
}

type Take = (caller: Caller | Stranger, input: unknown) => Promise<void>

/** Counts on this node, and together with the others as far as `count` can say. */
export function createRateLimit({ charges, count, sessionOf }: RateLimitOptions): RateLimit {
  const meterOf = (name: BudgetName): Meter => {
    const budget = budgets[name]
    return 'strict' in budget ? createStrictMeter(name, budget, count) : createMeter(name, budget, count)
  }
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
      const entries = fieldOf(input, list)
      const points = Array.isArray(entries) ? 1 + Math.floor(entries.length / per) : 1
      return meters[budget].take(keyOf(caller), Math.min(points, budgets[budget].points))
    }
  }
  const takes = new Map(Object.entries(charges).map(([name, charge]) => [name, takeOf(charge)]))
  return { take: async (operation, caller, input) => takes.get(operation)?.(caller, input) }
}

const keyOf = (caller: Caller | Stranger) => (caller.user ? caller.user.id : caller.address)

/** Nobody has looked at the input yet. */
const fieldOf = (input: unknown, name: string): unknown =>
  typeof input === 'object' && input !== null && Object.hasOwn(input, name)
    ? (input as Record<string, unknown>)[name]
    : undefined
