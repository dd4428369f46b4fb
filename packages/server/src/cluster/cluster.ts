import { type Channel, channelName, isSubscribed } from '../core/channel.ts'
import type { Delivery } from '../core/delivery.ts'
import type { Leases } from '../core/leases.ts'
import type { CountTogether } from '../core/limits/strict-meter.ts'

/** The topic that every node hears. */
export const everyNode = 'nodes'

/** The name under which an event goes to other nodes: that of its channel if nodes subscribe to it, or that of all of them. */
export function topicOf({ audience }: Delivery): string {
  const [channel] = audience.channels
  return channel && isSubscribed(channel) ? channelName(channel) : everyNode
}

export interface Cluster {
  /** What other nodes must know of a commit. It never waits and never fails: a hint may get lost, a change may not. */
  publish(deliveries: readonly Delivery[]): void
  /** Resolves when this node receives what is published there, or cannot because Redis is away. */
  subscribe(channels: readonly Channel[]): Promise<void>
  unsubscribe(channels: readonly Channel[]): void
  /** `heard` gets what other nodes published; `changed` is called when hints begin to get lost, and when they come again. */
  listen(heard: (deliveries: Delivery[]) => void, changed: () => void): void
  leases: Leases
  count: CountTogether
  /** Do hints get lost at the moment? */
  isAway(): boolean
  /** Resolves when everything that this node published is with the nodes that hear it, and what came before is here. */
  settled(): Promise<void>
  close(): Promise<void>
}
