import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { type Lease, latestOf } from '../../core/leases.ts'
import { decodeLease, type LeaseKeys, mostPerRequest } from './lease-records.ts'

interface OtherNodesOptions {
  commands: Redis
  keys: LeaseKeys
  nodeId: string
  /** A node is dead once its lease has been expired for `graceMs`; the node that buries it has `leaseMs` to do so. */
  timing: { leaseMs: number; graceMs: number }
  isOnThisNode(userId: string): boolean
  /** Called with the users of a node that died, if they are on no other node. */
  gone(userIds: readonly string[]): void
  log: Logger
}

/** “Burying” a dead node: declaring its users gone, and removing its leases. */
export interface OtherNodes {
  /** Sets the nodes to watch: all that Redis lists. This one may be among them. */
  setNodes(nodes: readonly string[]): void
  /** The latest leases of these users on other nodes; rejects if Redis cannot be reached. */
  leasesOf(userIds: readonly string[]): Promise<Map<string, Lease>>
  /** Checks whether the other nodes renew their leases, and buries those that have not for too long. */
  watch(): Promise<void>
}

/**
 * Watches the nodes that `setNodes` names, but only when `watch` is called. A node whose lease was expired at every
 * call of `watch` for `graceMs` is dead. One of the other nodes buries it: calls `gone` with those of its users who are
 * on no other node (perhaps none), and removes its leases. `watch` and `leasesOf` reject if Redis cannot be reached.
 */
export function createOtherNodes(options: OtherNodesOptions): OtherNodes {
  const { commands, keys, nodeId, timing } = options
  let others: readonly string[] = []
  /** The nodes whose lease was found expired, and since when. */
  const silentSince = new Map<string, number>()

  /** One node does this for all; if it dies meanwhile, another one does it. */
  const bury = async (node: string) => {
    const isMine = await commands.set(keys.burying(node), nodeId, 'PX', timing.leaseMs, 'NX')
    if (isMine === null) return
    others = others.filter((other) => other !== node)
    await buryNode(node, options)
    silentSince.delete(node)
  }

  return {
    setNodes: (nodes) => {
      others = nodes.filter((node) => node !== nodeId)
    },
    leasesOf: (userIds) => readLeases(options, userIds, nodeId),
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

async function buryNode(node: string, options: OtherNodesOptions): Promise<void> {
  const { commands, keys, isOnThisNode, gone, log } = options
  const people = await commands.hkeys(keys.people(node))
  const stillHere = await readLeases(options, people, node)
  const left = people.filter((userId) => !stillHere.has(userId) && !isOnThisNode(userId))
  gone(left)
  // If the node is alive after all, it finds this key, and announces its users again.
  await commands
    .pipeline()
    .set(keys.buried(node), '1', 'EX', 24 * 60 * 60)
    .srem(keys.nodes, node)
    .del(keys.people(node))
    .exec()
  log.info({ node, people: left.length }, 'a node is gone')
}

/** The latest leases of these users on all nodes except one. */
async function readLeases({ commands, keys }: OtherNodesOptions, userIds: readonly string[], except: string) {
  const found = new Map<string, Lease>()
  for (let from = 0; from < userIds.length; from += mostPerRequest) {
    const some = userIds.slice(from, from + mostPerRequest)
    const nodes = await commands.eval(readElsewhere, 1, keys.nodes, keys.prefix, except, ...some)
    for (const texts of nodes as (string | null)[][]) {
      for (const [index, text] of texts.entries()) {
        const userId = some[index] as string
        const lease = latestOf([found.get(userId), decodeLease(text)])
        if (lease) found.set(userId, lease)
      }
    }
  }
  return found
}

/** Reads the list of nodes in the same script: the list of the last round could miss a new node. */
const readElsewhere = `
  local found = {}
  for _, node in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    if node ~= ARGV[2] then
      found[#found + 1] = redis.call('HMGET', ARGV[1] .. 'people:' .. node, unpack(ARGV, 3))
    end
  end
  return found`
