import type { Audiences } from '../core/audience/audience.ts'
import type { Deliver } from '../core/deliver.ts'
import type { Cluster } from './cluster.ts'
import type { ClusterNode } from './cluster-node.ts'

/** The cluster of a server that is the only node: it sends and receives nothing. */
export const singleNode: Cluster = {
  publish: () => {},
  subscribe: async () => {},
  unsubscribe: () => {},
  listen: () => {},
  leases: {
    put: async () => undefined,
    drop: async () => undefined,
    elsewhere: async () => new Map(),
    whenGone: () => {},
    whenMissed: () => {},
    noteSent: () => {},
    whenWrong: () => {},
  },
  count: async () => undefined,
  places: { keep: async () => {}, find: async () => undefined },
  isAway: () => false,
  settled: async () => {},
  close: async () => {},
}

/**
 * Makes the node of a server without others: it has the given `deliver` and `audiences` themselves, its other methods
 * do nothing, and it has no `refused`. No other server may commit to the same database, because this one would not
 * notice.
 */
export const onlyNode = (deliver: Deliver, audiences: Audiences): ClusterNode => ({
  deliver,
  audiences,
  opened: () => {},
  closed: () => {},
  settled: async () => {},
  close: async () => {},
})
