import type { OperationName } from '@parley/protocol'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Cluster } from '../cluster/cluster.ts'
import type { Caller, Stranger } from './context.ts'
import { OperationError } from './operation-error.ts'

/** How often one user (or, before signing in, one address) may do something: `points` in `duration` seconds. */
interface Budget {
  points: number
  duration: number
  /** All nodes are asked before the answer. Elsewhere they tell each other afterwards, which costs nobody a wait. */
  strict?: boolean
}

const budgets = {
  send: { points: 30, duration: 3 },
  change: { points: 60, duration: 10 },
  people: { points: 30, duration: 60, strict: true },
  credentials: { points: 20, duration: 60, strict: true },
  signal: { points: 30, duration: 3 },
  read: { points: 200, duration: 10 },
} as const satisfies Record<string, Budget>

type BudgetName = keyof typeof budgets

const budgetOf: Partial<Record<OperationName, BudgetName>> = {
  'message.send': 'send',
  'message.edit': 'change',
  'message.delete': 'change',
  'user.register': 'credentials',
  'session.create': 'credentials',
  'session.refresh': 'credentials',
  'user.changePassword': 'credentials',
  'user.update': 'people',
  'conversation.create': 'people',
  'conversation.openDirect': 'people',
  'membership.invite': 'people',
  'membership.add': 'people',
  'typing.set': 'signal',
  'presence.set': 'signal',
  'receipt.read': 'signal',
  'receipt.delivered': 'signal',
}

export interface RateLimit {
  /** Takes one point, or throws `rate_limited` with the time to wait. */
  take(operation: OperationName, caller: Caller | Stranger): Promise<void>
}

export const noRateLimit: RateLimit = { take: async () => {} }

/** Counts on this node, and together with the others as far as `count` can say. */
export function createRateLimit(count: Cluster['count']): RateLimit {
  const meters = new Map(Object.entries(budgets).map(([name, budget]) => [name, createMeter(name, budget, count)]))
  return {
    take: async (operation, caller) => {
      const key = caller.user ? caller.user.id : caller.address
      try {
        await meters.get(budgetOf[operation] ?? 'read')?.(key)
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        throw new OperationError('rate_limited', undefined, refusal.msBeforeNext)
      }
    },
  }
}

type Meter = (key: string) => Promise<unknown>

function createMeter(name: string, { points, duration, strict }: Budget, count: Cluster['count']): Meter {
  const here = new RateLimiterMemory({ points, duration, keyPrefix: name })
  if (strict) {
    return async (key) => {
      await here.consume(key)
      const all = await count(name, key, 1, duration)
      if (all && all.points > points) throw new RateLimiterRes(0, all.msBeforeNext, all.points, false)
    }
  }
  // Most people never come near a budget: of those no other node needs to know.
  const share = createSharing(Math.ceil(points / 3), async (key, used) => {
    const all = await count(name, key, used, duration)
    // Who used the budgets of several nodes waits until one would have been enough.
    if (all && all.points > points) await here.block(key, Math.ceil((duration * all.points) / points))
  })
  return async (key) => {
    const { consumedPoints } = await here.consume(key)
    share(key, consumedPoints)
  }
}

/** Milliseconds. */
const shareEvery = 250

/** Tells the other nodes now and then what somebody used here beyond a part of their budget. */
function createSharing(unnoticed: number, tell: (key: string, used: number) => Promise<void>) {
  const used = new Map<string, number>()
  const tellAll = () => {
    const all = [...used]
    used.clear()
    for (const [key, points] of all) void tell(key, points)
  }
  return (key: string, consumed: number): void => {
    if (consumed < unnoticed) return
    if (used.size === 0) setTimeout(tellAll, shareEvery).unref()
    used.set(key, consumed === unnoticed ? unnoticed : (used.get(key) ?? 0) + 1)
  }
}
