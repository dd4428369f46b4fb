import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { type Lease, latestOf } from '../../core/leases.ts'
import { decodeLease, type LeaseKeys, mostPerRequest } from './lease-records.ts'

interface OtherNodesOptions {
  commands: Redis
  keys: LeaseKeys
  nodeId: string
  /** A node is dead once it has not renewed for `graceMs`; one that buries it has `leaseMs` to do so. */
  timing: { leaseMs: number; graceMs: number }
  isOnThisNode(userId: string): boolean
  /** The node of these people died, and they are on no other. */
  gone(userIds: readonly string[]): void
  log: Logger
}

export interface OtherNodes {
  /** These nodes have people, as far as Redis knows; this one may be among them. */
  know(nodes: readonly string[]): void
  /** The leases of those of these people who are on other nodes; rejects if Redis cannot be asked. */
  leasesOf(userIds: readonly string[]): Promise<Map<string, Lease>>
  /** Looks whether the other nodes renew, and buries those that have not for too long. */
  watch(): Promise<void>
}

export function createOtherNodes(options: OtherNodesOptions): OtherNodes {
  const { commands, keys, nodeId, timing } = options
  let others: readonly string[] = []
  /** Since when a node has been seen without renewing. */
  const silentSince = new Map<string, number>()
  const leasesOf = (userIds: readonly string[]) => readLeases(commands, keys, others, userIds)

  /** One of the living tells that a dead node's people are gone; if it dies over that, another does. */
  const bury = async (node: string) => {
    const isMine = await commands.set(keys.burying(node), nodeId, 'PX', timing.leaseMs, 'NX')
    if (isMine === null) return
    others = others.filter((other) => other !== node)
    await buryNode(node, leasesOf, options)
    silentSince.delete(node)
  }

  return {
    know: (nodes) => {
      others = nodes.filter((node) => node !== nodeId)
    },
    leasesOf,
    watch: async () => {
      if (others.length === 0) return
      const alive = await commands.mget(...others.map(keys.alive))
      const now = performance.now()
      for (const [index, node] of others.entries()) {
        if (alive[index] !== null) silentSince.delete(node)
        else if (!silentSince.has(node)) silentSince.set(node, now)
      }
      for (const node of [...silentSince.keys()]) if (!others.includes(node)) silentSince.delete(node)
      for (const [node, since] of silentSince) if (now - since >= timing.graceMs) await bury(node)
    },
  }
}

async function buryNode(
  node: string,
  leasesElsewhere: OtherNodes['leasesOf'],
  { commands, keys, isOnThisNode, gone, log }: OtherNodesOptions,
): Promise<void> {
  const people = await commands.hkeys(keys.people(node))
  const stillHere = await leasesElsewhere(people)
  const left = people.filter((userId) => !stillHere.has(userId) && !isOnThisNode(userId))
  gone(left)
  // If it lives after all, it finds this, and says that its people are here.
  await commands
    .pipeline()
    .set(keys.buried(node), '1', 'EX', 24 * 60 * 60)
    .srem(keys.nodes, node)
    .del(keys.people(node))
    .exec()
  log.info({ node, people: left.length }, 'a node is gone')
}

async function readLeases(commands: Redis, keys: LeaseKeys, nodes: readonly string[], userIds: readonly string[]) {
  const found = new Map<string, Lease>()
  if (nodes.length === 0) return found
  for (let from = 0; from < userIds.length; from += mostPerRequest) {
    const some = userIds.slice(from, from + mostPerRequest)
    const pipeline = commands.pipeline()
    for (const node of nodes) pipeline.hmget(keys.people(node), ...some)
    for (const [error, values] of (await pipeline.exec()) ?? []) {
      if (error) throw error
      for (const [index, text] of (values as (string | null)[]).entries()) {
        const userId = some[index] as string
        const lease = latestOf([found.get(userId), decodeLease(text)])
        if (lease) found.set(userId, lease)
      }
    }
  }
  return found
}
