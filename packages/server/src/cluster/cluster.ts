import { type Channel, channelName, isSubscribed } from '../core/channel.ts'
import type { Delivery } from '../core/delivery.ts'
import type { SharedPlaces } from '../core/foreign-position.ts'
import type { Leases } from '../core/leases.ts'
import type { CountTogether } from '../core/limits/strict-meter.ts'

/** The topic that every node hears. */
export const everyNode = 'nodes'

/**
 * The topic on which other nodes receive an event: the name of its first channel if that belongs to a conversation or a
 * user, to whose channels nodes subscribe; otherwise `everyNode`. Further channels make no difference.
 */
export function topicOf({ audience }: Delivery): string {
  const [channel] = audience.channels
  return channel && isSubscribed(channel) ? channelName(channel) : everyNode
}

/** The connection of a node to the other nodes. */
export interface Cluster {
  /**
   * Sends the events of a commit to other nodes, as hints: it returns at once and never throws, but a hint may get
   * lost.
   */
  publish(deliveries: readonly Delivery[]): void
  /** Resolves when this node receives the hints of these channels, or at once while Redis is away. */
  subscribe(channels: readonly Channel[]): Promise<void>
  unsubscribe(channels: readonly Channel[]): void
  /**
   * `heard` gets the events that other nodes published; `changed` is called when hints begin to get lost, and arrive
   * again.
   */
  listen(heard: (deliveries: Delivery[]) => void, changed: () => void): void
  leases: Leases
  count: CountTogether
  places: SharedPlaces
  /** Do hints get lost at the moment, because Redis is away? */
  isAway(): boolean
  /**
   * Resolves when all earlier hints have arrived, this node's at the others and theirs here; at once while Redis is
   * away.
   */
  settled(): Promise<void>
  close(): Promise<void>
}
