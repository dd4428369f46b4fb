import type { PresenceStatus } from '@parley/protocol'
import type { Delivery } from '../core/deliver.ts'
import type { Told } from './redis/told-statuses.ts'

/** Who is told: the nodes with a socket in a conversation, those with a socket of a user, or every node. */
export type Channel = `c:${string}` | `u:${string}` | 'nodes'

export const conversationChannel = (id: string): Channel => `c:${id}`
export const userChannel = (id: string): Channel => `u:${id}`

/** The one channel that a delivery goes by. Ends of sessions and presence concern nodes that nobody can name. */
export function channelOf({ audience }: Delivery): Channel {
  if ('conversationId' in audience) return conversationChannel(audience.conversationId)
  return 'userId' in audience ? userChannel(audience.userId) : 'nodes'
}

/** How somebody who is connected wants to appear. Chosen on several nodes, the latest choice is theirs. */
export interface Lease {
  status: PresenceStatus
  /** Milliseconds since 1970; 0 for somebody who has chosen nothing. */
  chosenAt: number
}

/** What is chosen last is how somebody appears, on whatever node they chose it. */
export const latestOf = (leases: readonly (Lease | undefined)[]): Lease | undefined =>
  leases.reduce((latest, lease) => (lease && (!latest || isLater(lease, latest)) ? lease : latest), undefined)

/** In one and the same millisecond, every node must decide alike. */
const isLater = (one: Lease, other: Lease) =>
  one.chosenAt === other.chosenAt ? one.status > other.status : one.chosenAt > other.chosenAt

/** Who is connected to which node. A node that dies takes its leases with it. */
export interface Leases {
  /** Somebody is on this node. Says how they appear on another, if they are there too: of two nodes one is the first. */
  put(userId: string, lease: Lease): Promise<Lease | undefined>
  /** They no longer are. Says how they appear on another: of two nodes one is the last. */
  drop(userId: string): Promise<Lease | undefined>
  /** How those of these people appear who are on other nodes. */
  elsewhere(userIds: readonly string[]): Promise<Map<string, Lease>>
  /** People whose node died, who have not come back anywhere. */
  whenGone(listener: (userIds: readonly string[]) => void): void
  /** People of this node of whom the others know nothing, or the wrong thing. */
  whenMissed(listener: (userIds: readonly string[]) => void): void
  /** What those who watch on this node were told. */
  told(userId: string, status: PresenceStatus, to: Told): void
  /** How people appear of whom this node told something else, because hints were lost. */
  whenWrong(listener: (statuses: ReadonlyMap<string, PresenceStatus>) => void): void
}

/** What all nodes counted together under one key. */
export interface Counted {
  points: number
  /** Until the counting begins anew. */
  msBeforeNext: number
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
  /** Adds points to what all nodes count in windows of so many seconds; undefined if nobody can say. */
  count(name: string, key: string, points: number, seconds: number): Promise<Counted | undefined>
  /** Do hints get lost at the moment? */
  isAway(): boolean
  /** Resolves when everything that this node published is with the nodes that hear it, and what came before is here. */
  settled(): Promise<void>
  close(): Promise<void>
}
