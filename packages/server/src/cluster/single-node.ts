import type { Audiences } from '../core/audience/audience.ts'
import type { Deliver } from '../core/deliver.ts'
import type { Cluster } from './cluster.ts'
import type { ClusterNode } from './cluster-node.ts'

/** One node is all there is: nobody to tell, and nobody who tells. */
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

/** A server whose own sockets are all there are, and whose database nobody else writes to. */
export const onlyNode = (deliver: Deliver, audiences: Audiences): ClusterNode => ({
  deliver,
  audiences,
  opened: () => {},
  closed: () => {},
  settled: async () => {},
  close: async () => {},
})
