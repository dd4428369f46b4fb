import type { PresenceStatus } from '@parley/protocol'
import type { Logger } from 'pino'
import { type Leases, latestOf } from '../../core/leases.ts'
import { leaseKeys } from './lease-records.ts'
import { createOtherNodes, type OtherNodes } from './other-nodes.ts'
import { createOwnLeases, type OwnLeases } from './own-leases.ts'
import type { RedisLink } from './redis-link.ts'
import { createSentStatuses } from './sent-statuses.ts'

export interface LeaseTiming {
  /** A node that renewed nothing for so long is dead. */
  leaseMs: number
  /** How often it renews, and looks whether others did. */
  renewMs: number
  /** The people of a dead node have so long to come back on another. */
  graceMs: number
  /** How often what was sent is compared with who is there. */
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
  /** Hints were lost, or come again. */
  doubt(): void
  close(): void
}

/**
 * Leases in Redis: one hash of people for each node, which counts for as long as the node renews its own key. So ten
 * thousand people cost a node one small request every few seconds. Redis may forget everything at any time: a node that
 * finds its hash gone writes it again, and nobody appears to have left.
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
    others.know(await own.renew())
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

/** How people appear, on this node or any other. */
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

/** What is asked for while it still runs is left out. */
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
