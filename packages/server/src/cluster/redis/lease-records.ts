import type { PresenceStatus } from '@parley/protocol'
import type { Lease } from '../../core/leases.ts'

/** The most users that are read or written by one request. */
export const mostPerRequest = 1_000

/**
 * The keys of the leases in Redis. `nodes` lists the nodes. Each node has a hash of its users (`people`), which is
 * valid while the node renews `alive`; a mark that its users were declared gone (`buried`); and a lock for declaring it
 * (`burying`).
 */
export const leaseKeys = (prefix: string) => ({
  prefix,
  nodes: `${prefix}nodes`,
  alive: (node: string) => `${prefix}alive:${node}`,
  people: (node: string) => `${prefix}people:${node}`,
  /** Set when the users of the node were declared gone, so that the node notices if it is alive after all. */
  buried: (node: string) => `${prefix}buried:${node}`,
  /** Held by the node that declares them gone. */
  burying: (node: string) => `${prefix}burying:${node}`,
})

export type LeaseKeys = ReturnType<typeof leaseKeys>

/** The text of a lease in Redis, which `decodeLease` reads. */
export const encodeLease = ({ status, chosenAt }: Lease): string => `${status} ${chosenAt}`

const statuses: readonly PresenceStatus[] = ['online', 'away', 'busy', 'offline']

/** Reads a lease; undefined for null and for a status that this version does not know. An unreadable time becomes 0. */
export function decodeLease(text: string | null): Lease | undefined {
  const [written, chosenAt] = text?.split(' ') ?? []
  const status = statuses.find((known) => known === written)
  return status && { status, chosenAt: Number(chosenAt) || 0 }
}
