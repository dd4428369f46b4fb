import type { PresenceStatus } from '@parley/protocol'
import type { Lease } from '../../core/leases.ts'

/** So many people are read or written by one request. */
export const mostPerRequest = 1_000

/** The keys of the leases in Redis: one hash of people for each node, which counts while the node renews `alive`. */
export const leaseKeys = (prefix: string) => ({
  prefix,
  nodes: `${prefix}nodes`,
  alive: (node: string) => `${prefix}alive:${node}`,
  people: (node: string) => `${prefix}people:${node}`,
  /** Its people were declared gone: the node finds this, should it live after all. */
  buried: (node: string) => `${prefix}buried:${node}`,
  burying: (node: string) => `${prefix}burying:${node}`,
})

export type LeaseKeys = ReturnType<typeof leaseKeys>

export const encodeLease = ({ status, chosenAt }: Lease): string => `${status} ${chosenAt}`

const statuses: readonly PresenceStatus[] = ['online', 'away', 'busy', 'offline']

export function decodeLease(text: string | null): Lease | undefined {
  const [written, chosenAt] = text?.split(' ') ?? []
  const status = statuses.find((known) => known === written)
  return status && { status, chosenAt: Number(chosenAt) || 0 }
}
