import type { Logger } from 'pino'
import type { Connections } from '../../core/connections.ts'
import type { Database } from '../../storage/database.ts'
import type { Cluster } from '../cluster.ts'
import type { DeliveryOrder } from './delivery-order.ts'
import { positionStore } from './position-store.ts'

interface ComparedState {
  database: Database
  order: DeliveryOrder
  connections: Connections
}

interface ComparisonOptions extends ComparedState {
  cluster: Cluster
  timing: ComparisonTiming
  log: Logger
}

export interface ComparisonTiming {
  /** How often the delivered positions are compared with the database. */
  compareMs: number
  /** The same while Redis is away, when this node learns of others' commits in no other way. */
  compareAwayMs: number
}

export interface Comparison {
  /**
   * Compares at once or, if a comparison is under way, once more after it. Resolves when that is done or has failed
   * (then it is tried again later), and at once after `close`. Never rejects.
   */
  run(): Promise<void>
  /**
   * Compares after `compareAwayMs`, again and again until it succeeds. Call it if a commit may have happened or not. A
   * second call before that changes nothing.
   */
  doubt(): void
  /** Stops for good: no comparison begins any more. */
  close(): void
}

/**
 * Finds what lost hints have missed: it reads and delivers changes that were not delivered here, and closes sockets
 * whose session or access was ended. It first compares `compareMs` after this call, then as long after each
 * comparison, until `close`; after `compareAwayMs` instead while Redis is away and after a failure, which is logged.
 * `run` compares at once, or after a comparison under way, and never rejects; `doubt` does so after `compareAwayMs`.
 */
export function createComparison({ cluster, timing, log, ...state }: ComparisonOptions): Comparison {
  const compare = comparing(state)
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  let isDoubted = false
  let isOpen = true

  const schedule = (getsHints: boolean) => {
    clearTimeout(timer)
    if (isOpen) timer = setTimeout(run, getsHints ? timing.compareMs : timing.compareAwayMs).unref()
  }

  const once = async (): Promise<void> => {
    try {
      await compare()
      isDoubted = false
      schedule(!cluster.isAway())
    } catch (error) {
      log.warn({ err: error }, 'not compared with the database')
      schedule(false)
    } finally {
      running = undefined
    }
  }

  const run = (): Promise<void> => {
    if (!isOpen) return Promise.resolve()
    if (!running) {
      running = once()
      return running
    }
    next ??= running.then(() => {
      next = undefined
      return run()
    })
    return next
  }

  schedule(!cluster.isAway())
  return {
    run,
    doubt: () => {
      if (isDoubted) return
      isDoubted = true
      schedule(false)
    },
    close: () => {
      isOpen = false
      clearTimeout(timer)
    },
  }
}

/**
 * Compares the delivered positions and the connections of this node with the database once, and repairs differences.
 */
function comparing({ database, order, connections }: ComparedState): () => Promise<void> {
  const store = positionStore(database.read)
  return async () => {
    const { conversations, users } = order.positions()
    const sessionIds = connections.sessionIds()
    const accesses = connections.accesses()
    if (conversations.length + users.length + accesses.length === 0) return
    for (const { kind, id } of await store.ahead(conversations, users, sessionIds)) {
      if (kind === 'session') connections.endSessions([id])
      else order.repair({ kind, id })
    }
    for (const { id, rev } of await store.endedAccesses(accesses)) {
      connections.endAccess({ channels: [{ kind: 'user', id }], accessRev: rev })
    }
  }
}
