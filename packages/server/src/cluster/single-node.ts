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
  isAway: () => false,
  settled: async () => {},
  close: async () => {},
}

/**
 * The node of a server without others: events go straight to its own sockets, and no other process writes to its
 * database.
 */
export const onlyNode = (deliver: Deliver, audiences: Audiences): ClusterNode => ({
  deliver,
  audiences,
  opened: () => {},
  closed: () => {},
  settled: async () => {},
  close: async () => {},
})
