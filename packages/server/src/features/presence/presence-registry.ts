import type { Presence, PresenceStatus } from '@parley/protocol'
import type { Lease } from '../../core/leases.ts'

interface Entry {
  connections: Set<object>
  /** How the person wants to appear while connected. */
  lease: Lease
  leaving: NodeJS.Timeout | undefined
}

export interface PresenceRegistry {
  /** Takes any object that stands for the connection. The first one of somebody says whether they appear offline. */
  connected(userId: string, connection: object, appearsOffline: boolean): void
  disconnected(userId: string, connection: object): void
  /** How somebody who is connected wants to appear. */
  choose(userId: string, lease: Lease): void
  /** Undefined for somebody who is not on this node. */
  leaseOf(userId: string): Lease | undefined
  /** Forgets everybody at once, and says who was here in the eyes of others. */
  clear(): string[]
}

interface Hooks {
  arrived(userId: string, lease: Lease): void
  left(userId: string, last: Lease): void
}

/**
 * Who is on this node, known from their sockets. Somebody whose last socket closes has left only after `graceMs`: a
 * reload of the page, or a short loss of the network, is not a departure.
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

/** Without a lease somebody is offline. */
export const statusOf = (lease: Lease | undefined): PresenceStatus => lease?.status ?? 'offline'

export const toPresence = (userId: string, status: PresenceStatus, lastSeenAt: number | null): Presence => ({
  userId,
  status,
  lastSeenAt: status === 'offline' ? lastSeenAt : null,
})
