import type { PresenceStatus } from '@parley/protocol'
import type { Logger } from 'pino'
import { type Leases, latestOf } from '../../core/leases.ts'
import { leaseKeys } from './lease-records.ts'
import { createOtherNodes, type OtherNodes } from './other-nodes.ts'
import { createOwnLeases, type OwnLeases } from './own-leases.ts'
import type { RedisLink } from './redis-link.ts'
import { createSentStatuses } from './sent-statuses.ts'

export interface LeaseTiming {
  /** How long the lease of a node lasts after its last renewal. */
  leaseMs: number
  /** How often a node renews its lease, and checks those of others. */
  renewMs: number
  /** How long after the end of its node's lease a user may come back on another node without having been offline. */
  graceMs: number
  /** How often all statuses that were sent are compared with the leases. */
  compareMs: number
}

interface RedisLeasesOptions {
  link: RedisLink
  nodeId: string
  prefix: string
  timing: LeaseTiming
  log: Logger
}

interface RedisLeases extends Leases {
  /** Compares all statuses at the next renewal. Call this when hints were lost or arrive again. */
  doubt(): void
  close(): void
}

/**
 * Leases in Redis: for each node one hash of its users, which is valid for as long as the node renews its own key,
 * every `renewMs` until `close`. So ten thousand users cost a node one small request every few seconds. A node that
 * finds its hash gone writes it again, and no user appears to have left. No method rejects: without Redis, `put`,
 * `drop` and `elsewhere` find no lease. `close` removes none: other nodes call the users gone once the node's key has
 * been expired for `graceMs`.
 */
export function createRedisLeases({
  link: { commands },
  nodeId,
  prefix,
  timing,
  log,
}: RedisLeasesOptions): RedisLeases {
  const listeners = createListeners()
  const node = { commands, keys: leaseKeys(prefix), nodeId }
  const own = createOwnLeases({ ...node, leaseMs: timing.leaseMs, missed: listeners.missed.call })
  const others = createOtherNodes({
    ...node,
    timing,
    isOnThisNode: (userId) => own.of(userId) !== undefined,
    gone: listeners.gone.call,
    log,
  })
  const sent = createSentStatuses({
    compareMs: timing.compareMs,
    sureMs: timing.leaseMs,
    appearances: appearancesOf(own, others),
  })
  const round = async () => {
    others.setNodes(await own.renew())
    await others.watch()
    const statuses = await sent.compare()
    if (statuses.size > 0) listeners.wrong.call(statuses)
  }
  const tick = oneAtATime(async () => {
    if (commands.status === 'ready') await round().catch((err: unknown) => log.debug({ err }, 'leases'))
  })
  const timer = setInterval(tick, timing.renewMs).unref()
  commands.on('ready', () => {
    own.distrust()
    tick()
  })
  return {
    put: own.put,
    drop: own.drop,
    elsewhere: (userIds) => others.leasesOf(userIds).catch(() => new Map()),
    noteSent: sent.note,
    whenGone: listeners.gone.add,
    whenMissed: listeners.missed.add,
    whenWrong: listeners.wrong.add,
    doubt: sent.doubt,
    close: () => clearInterval(timer),
  }
}

/** The statuses of users who are connected to any node. */
const appearancesOf = (own: OwnLeases, others: OtherNodes) => async (userIds: readonly string[]) => {
  const there = await others.leasesOf(userIds)
  const leases = userIds.map((id) => [id, latestOf([own.of(id), there.get(id)])] as const)
  return new Map(leases.flatMap(([id, lease]) => (lease ? [[id, lease.status]] : [])))
}

const createListeners = () => ({
  gone: listenersOf<readonly string[]>(),
  missed: listenersOf<readonly string[]>(),
  wrong: listenersOf<ReadonlyMap<string, PresenceStatus>>(),
})

function listenersOf<T>() {
  const listeners: ((given: T) => void)[] = []
  return {
    add: (listener: (given: T) => void) => void listeners.push(listener),
    call: (given: T) => {
      for (const listener of listeners) listener(given)
    },
  }
}

/** Runs work unless it is running already. */
function oneAtATime(work: () => Promise<void>): () => void {
  let isRunning = false
  return () => {
    if (isRunning) return
    isRunning = true
    void work().finally(() => {
      isRunning = false
    })
  }
}
