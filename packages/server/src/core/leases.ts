import type { PresenceStatus } from '@parley/protocol'

/** The status that a connected user has chosen. If nodes hold different ones, the latest choice counts. */
export interface Lease {
  status: PresenceStatus
  /** Milliseconds since 1970; 0 for a user who has chosen nothing. */
  chosenAt: number
}

/**
 * Returns the lease with the latest `chosenAt`, and skips what is undefined; undefined if nothing is left. Of different
 * statuses of one millisecond it takes the last in the alphabet, so that all nodes take the same one.
 */
export const latestOf = (leases: readonly (Lease | undefined)[]): Lease | undefined =>
  leases.reduce((latest, lease) => (lease && (!latest || isLater(lease, latest)) ? lease : latest), undefined)

/** Of two choices in the same millisecond, every node must pick the same one. */
const isLater = (one: Lease, other: Lease) =>
  one.chosenAt === other.chosenAt ? one.status > other.status : one.chosenAt > other.chosenAt

/** The receivers of a status: every watcher on this node, or one of them in an answer. */
export type StatusReceivers = 'everybody' | 'somebody'

/** Which users are connected to which node. The leases of a node that dies expire. No method rejects. */
export interface Leases {
  /**
   * Stores that a user is connected to this node. Resolves with the user's latest lease on other nodes; undefined if
   * there is none, or while Redis is away. Of two nodes that do this at the same time, exactly one gets undefined.
   */
  put(userId: string, lease: Lease): Promise<Lease | undefined>
  /** Stores that a user is no longer connected to this node. Resolves as `put` does. */
  drop(userId: string): Promise<Lease | undefined>
  /** The latest leases of these users on other nodes; empty while Redis is away. */
  elsewhere(userIds: readonly string[]): Promise<Map<string, Lease>>
  /** Calls the listener with the users of a node that died, if they have connected to no other node. */
  whenGone(listener: (userIds: readonly string[]) => void): void
  /** Calls the listener with users who came to or left this node while other nodes could not learn of it. */
  whenMissed(listener: (userIds: readonly string[]) => void): void
  /** Notes which status the watchers on this node were sent. */
  noteSent(userId: string, status: PresenceStatus, to: StatusReceivers): void
  /** Calls the listener with the actual statuses of users for whom the watchers here were sent another one. */
  whenWrong(listener: (statuses: ReadonlyMap<string, PresenceStatus>) => void): void
}
