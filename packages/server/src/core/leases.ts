import type { PresenceStatus } from '@parley/protocol'

/** How somebody who is connected wants to appear. Chosen on several nodes, the latest choice is theirs. */
export interface Lease {
  status: PresenceStatus
  /** Milliseconds since 1970; 0 for somebody who has chosen nothing. */
  chosenAt: number
}

/** The status that was chosen last, on any node, is how somebody appears. */
export const latestOf = (leases: readonly (Lease | undefined)[]): Lease | undefined =>
  leases.reduce((latest, lease) => (lease && (!latest || isLater(lease, latest)) ? lease : latest), undefined)

/** In one and the same millisecond, every node must decide alike. */
const isLater = (one: Lease, other: Lease) =>
  one.chosenAt === other.chosenAt ? one.status > other.status : one.chosenAt > other.chosenAt

/** Who was sent a status: every watcher on this node, or one of them in an answer. */
export type StatusReceivers = 'everybody' | 'somebody'

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
  /** Notes which status the watchers on this node were sent. */
  noteSent(userId: string, status: PresenceStatus, to: StatusReceivers): void
  /** How people appear of whom this node told something else, because hints were lost. */
  whenWrong(listener: (statuses: ReadonlyMap<string, PresenceStatus>) => void): void
}
