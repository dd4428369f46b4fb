import type { Presence, PresenceStatus } from '@parley/protocol'
import type { Lease } from '../../core/leases.ts'

interface Entry {
  connections: Set<object>
  /** The status that the user has chosen. */
  lease: Lease
  leaving: NodeJS.Timeout | undefined
}

export interface PresenceRegistry {
  /**
   * Adds a connection, which any object can stand for. `appearsOffline` counts for the first connection of a user only.
   */
  connected(userId: string, connection: object, appearsOffline: boolean): void
  /** Removes a connection, the same object that was added; ignores one that is not there. */
  disconnected(userId: string, connection: object): void
  /** Sets the status of a user; does nothing for one who is not on this node. */
  choose(userId: string, lease: Lease): void
  /** Undefined for a user who is not on this node. */
  leaseOf(userId: string): Lease | undefined
  /** Removes all users without calling `left`; returns those who did not appear offline. */
  clear(): string[]
}

interface Hooks {
  /** Called with the first connection of a user. */
  arrived(userId: string, lease: Lease): void
  /** Called `graceMs` after the last connection of a user has closed. */
  left(userId: string, last: Lease): void
}

/**
 * Makes a registry of the users with sockets on this node, which `connected` and `disconnected` report. It calls
 * `arrived` in the same turn as the first connection of a user, and `left` only `graceMs` milliseconds after the last
 * one has closed. A user who connects again before that never left, and neither is called. Until `left`, the user has a
 * lease here. `clear` removes all users and calls nothing.
 */
export function createPresenceRegistry(graceMs: number, hooks: Hooks): PresenceRegistry {
  const entries = new Map<string, Entry>()

  const leave = (userId: string, { lease }: Entry) => {
    entries.delete(userId)
    hooks.left(userId, lease)
  }

  return {
    leaseOf: (userId) => entries.get(userId)?.lease,
    connected: (userId, connection, appearsOffline) => {
      const known = entries.get(userId)
      if (known) {
        clearTimeout(known.leaving)
        known.connections.add(connection)
        return
      }
      const lease: Lease = { status: appearsOffline ? 'offline' : 'online', chosenAt: 0 }
      entries.set(userId, { connections: new Set([connection]), lease, leaving: undefined })
      hooks.arrived(userId, lease)
    },
    disconnected: (userId, connection) => {
      const entry = entries.get(userId)
      if (!entry?.connections.delete(connection) || entry.connections.size > 0) return
      entry.leaving = setTimeout(() => leave(userId, entry), graceMs).unref()
    },
    choose: (userId, lease) => {
      const entry = entries.get(userId)
      if (entry) entry.lease = lease
    },
    clear: () => {
      for (const entry of entries.values()) clearTimeout(entry.leaving)
      const userIds = [...entries].flatMap(([userId, { lease }]) => (lease.status === 'offline' ? [] : userId))
      entries.clear()
      return userIds
    },
  }
}

/** The status of this lease; `offline` if there is none. */
export const statusOf = (lease: Lease | undefined): PresenceStatus => lease?.status ?? 'offline'

/** The presence in the form of the protocol; `lastSeenAt` is null in it unless the status is `offline`. */
export const toPresence = (userId: string, status: PresenceStatus, lastSeenAt: number | null): Presence => ({
  userId,
  status,
  lastSeenAt: status === 'offline' ? lastSeenAt : null,
})
