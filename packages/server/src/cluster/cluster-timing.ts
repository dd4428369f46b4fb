import type { ComparisonTiming } from './order/comparison.ts'
import type { OrderTiming } from './order/delivery-order.ts'
import type { LeaseTiming } from './redis/redis-leases.ts'
import type { PulseTiming } from './redis/redis-pulse.ts'

export type ClusterTiming = OrderTiming & ComparisonTiming & PulseTiming & Omit<LeaseTiming, 'graceMs'>

/**
 * The times of a cluster in use, in milliseconds. With them the users of a killed node appear offline after lease,
 * renewal, grace and renewal: 8 + 2 + 15 + 2 seconds at most.
 */
export const clusterTiming: ClusterTiming = {
  gapMs: 100,
  retryMs: 1_000,
  compareMs: 30_000,
  compareAwayMs: 2_000,
  beatMs: 500,
  silenceMs: 2_500,
  leaseMs: 8_000,
  renewMs: 2_000,
}
