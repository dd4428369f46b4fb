import type { Delivery } from '../core/deliver.ts'
import type { Leases } from '../core/leases.ts'
import type { CountTogether } from '../core/limits/meter.ts'

/** Who is told: the nodes with a socket in a conversation, those with a socket of a user, or every node. */
export type Channel = `c:${string}` | `u:${string}` | 'nodes'

export const conversationChannel = (id: string): Channel => `c:${id}`
export const userChannel = (id: string): Channel => `u:${id}`

/** The one channel that a delivery goes by. Ends of sessions and presence concern nodes that nobody can name. */
export function channelOf({ audience }: Delivery): Channel {
  if ('conversationId' in audience) return conversationChannel(audience.conversationId)
  return 'userId' in audience ? userChannel(audience.userId) : 'nodes'
}

export interface Cluster {
  /** What other nodes must know of a commit. It never waits and never fails: a hint may get lost, a change may not. */
  publish(deliveries: readonly Delivery[]): void
  /** Resolves when this node is told what is published there, or cannot be because Redis is away. */
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
