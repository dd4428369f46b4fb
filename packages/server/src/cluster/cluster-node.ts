import type { Logger } from 'pino'
import type { Audiences } from '../core/audience/audience.ts'
import type { Channel } from '../core/channel.ts'
import type { Connections } from '../core/connections.ts'
import type { Deliver } from '../core/deliver.ts'
import type { Delivery } from '../core/delivery.ts'
import type { OperationWatcher } from '../observability/operation-watcher.ts'
import type { Database } from '../storage/database.ts'
import type { CreateStore } from '../storage/store.ts'
import type { Cluster } from './cluster.ts'
import { createCatchUp, type ReadMissing } from './order/catch-up.ts'
import { type ComparisonTiming, createComparison } from './order/comparison.ts'
import { DeliveryOrder, type OrderTiming } from './order/delivery-order.ts'
import { positionStore } from './order/position-store.ts'

interface ClusterNodeOptions {
  cluster: Cluster
  database: Database
  createStore: CreateStore
  readMissing: ReadMissing
  /** Delivers to the sockets of this node alone. */
  deliver: Deliver
  audiences: Audiences
  connections: Connections
  timing: OrderTiming & ComparisonTiming
  log: Logger
}

/** What a server needs to be one of several nodes. The rest of the server does not differ from one that is alone. */
export interface ClusterNode {
  /** Delivers to the sockets of every node. */
  deliver: Deliver
  audiences: Audiences
  /** Call this when the first socket of this node hears the channel. */
  opened(channel: Channel): void
  /** Call this when the last one of them is gone. */
  closed(channel: Channel): void
  /**
   * After an `unavailable`, a commit may have happened or not: compares with the database, and delivers what is
   * missing.
   */
  refused?: NonNullable<OperationWatcher['refused']>
  /** Resolves when earlier events of this node have reached the other nodes, and those that came here are delivered. */
  settled(): Promise<void>
  /** Stops comparing with the database and reading from it. The cluster stays open. */
  close(): Promise<void>
}

/**
 * Makes a node, whose `deliver` reaches the sockets of all nodes. Use its `deliver` and `audiences` in place of the
 * given ones. At once it follows the hints of other nodes and, until `close`, compares what it delivered with the
 * database. Report each channel by `opened` and `closed`: the node drops other nodes' events of conversations and users
 * that are not open. `close` does not close the cluster.
 */
export function createClusterNode({ cluster, deliver, audiences, ...options }: ClusterNodeOptions): ClusterNode {
  const { database, createStore, readMissing, connections, timing, log } = options
  const { ahead } = positionStore(database.read)
  const order = new DeliveryOrder({
    cluster,
    deliver,
    catchUp: createCatchUp(database, createStore, readMissing),
    ahead: (conversations, users) => ahead(conversations, users, []),
    admit: async (userId) => {
      for (const connection of connections.of(userId)) await audiences.enter(connection)
      await order.ready()
    },
    timing,
    log,
  })
  const comparison = createComparison({ cluster, database, order, connections, timing, log })
  cluster.listen((deliveries) => order.hear(deliveries), comparison.run)

  return {
    deliver: deliverEverywhere(order, { deliver, audiences }),
    audiences: {
      ...audiences,
      enter: async (connection) => {
        // The user's channel is opened first: a conversation that they join later is announced there, any other is read
        // here.
        await order.ready()
        await audiences.enter(connection)
        await order.ready()
      },
    },
    opened: (channel) => order.opened(channel),
    closed: (channel) => order.closed(channel),
    refused: ({ error }) => {
      if (error.code === 'unavailable') comparison.doubt()
    },
    settled: async () => {
      await cluster.settled()
      await order.idle()
    },
    close: async () => {
      comparison.close()
      order.close()
    },
  }
}

type LocalDelivery = Pick<ClusterNodeOptions, 'deliver' | 'audiences'>

/**
 * Announces events to every node. Its listeners get the events that reach this node; those on which one fails are read
 * again.
 */
function deliverEverywhere(order: DeliveryOrder, { deliver, audiences }: LocalDelivery): Deliver {
  const announce: (...given: Parameters<Deliver>) => Promise<void> = (deliveries) => {
    // Other events may come first in the order, and the caller is answered without waiting for them.
    audiences.endAccess(deliveries)
    return order.announce(deliveries)
  }
  const listen: Deliver['listen'] = (listener, names) =>
    deliver.listen((deliveries) => {
      const failed = (error: unknown) => {
        order.failed(deliveries as readonly Delivery[])
        throw error
      }
      // A synchronous listener must stay so: events that it announces because of these must not come after the answer.
      try {
        return listener(deliveries)?.catch(failed)
      } catch (error) {
        failed(error)
      }
    }, names)
  return Object.assign(announce, { listen })
}
