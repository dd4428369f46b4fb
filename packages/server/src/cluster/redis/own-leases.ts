import type { Redis } from 'ioredis'
import { type Lease, type Leases, latestOf } from '../../core/leases.ts'
import { decodeLease, encodeLease, type LeaseKeys, mostPerRequest } from './lease-records.ts'

interface OwnLeasesOptions {
  commands: Redis
  keys: LeaseKeys
  nodeId: string
  leaseMs: number
  /** The other nodes know nothing of these people, or the wrong thing. */
  missed(userIds: readonly string[]): void
}

/** The leases of the people on this node. */
export interface OwnLeases extends Pick<Leases, 'put' | 'drop'> {
  of(userId: string): Lease | undefined
  /** Renews all of them, and resolves with the names of all nodes. */
  renew(): Promise<string[]>
  /** A Redis that was away may come back with what it knew long ago: everything is written again at the next renewal. */
  distrust(): void
}

export function createOwnLeases({ commands, keys, nodeId, leaseMs, missed }: OwnLeasesOptions): OwnLeases {
  const mine = new Map<string, Lease>()
  /** Came or went while Redis did not hear it. */
  const unwritten = new Set<string>()
  let isDistrusted = false
  let due: readonly string[] = []

  const renew = async () => {
    const { size, isBuried, nodes } = await renewNode(commands, keys, nodeId, leaseMs)
    if (isDistrusted || size !== mine.size || unwritten.size > 0) await rewrite(commands, keys.people(nodeId), mine)
    isDistrusted = false
    // Other nodes may be writing theirs again too, so whom to tell about is looked up the next time.
    if (due.length > 0) missed(due)
    due = isBuried ? [...mine.keys(), ...unwritten] : [...unwritten]
    unwritten.clear()
    return nodes
  }

  const change = async (userId: string, lease: Lease | undefined): Promise<Lease | undefined> => {
    const text = lease ? encodeLease(lease) : ''
    try {
      const found = await commands.eval(changeAndRead, 1, keys.nodes, keys.prefix, nodeId, userId, text)
      return latestOf((found as string[]).map(decodeLease))
    } catch {
      unwritten.add(userId)
      return undefined
    }
  }

  return {
    of: (userId) => mine.get(userId),
    put: (userId, lease) => {
      mine.set(userId, lease)
      return change(userId, lease)
    },
    drop: (userId) => {
      mine.delete(userId)
      return change(userId, undefined)
    },
    renew,
    distrust: () => {
      isDistrusted = true
    },
  }
}

/** Says that this node lives, and reads what Redis holds of it. */
async function renewNode(commands: Redis, keys: LeaseKeys, nodeId: string, leaseMs: number) {
  const replies = await commands
    .pipeline()
    .sadd(keys.nodes, nodeId)
    .set(keys.alive(nodeId), '1', 'PX', leaseMs)
    .hlen(keys.people(nodeId))
    .getdel(keys.buried(nodeId))
    .smembers(keys.nodes)
    .exec()
  const [, , size, buried, nodes] = (replies ?? []).map(([error, value]) => {
    if (error) throw error
    return value
  })
  return { size: size as number, isBuried: buried !== null, nodes: nodes as string[] }
}

/** Somebody may come or go while a reply is under way: each request writes what is true by then. */
async function rewrite(commands: Redis, key: string, leases: ReadonlyMap<string, Lease>): Promise<void> {
  const known = await commands.hkeys(key)
  const strangers = known.filter((userId) => !leases.has(userId))
  if (strangers.length > 0) await commands.hdel(key, ...strangers)
  const userIds = [...leases.keys()]
  for (let from = 0; from < userIds.length; from += mostPerRequest) {
    const some = new Map<string, string>()
    for (const userId of userIds.slice(from, from + mostPerRequest)) {
      const lease = leases.get(userId)
      if (lease) some.set(userId, encodeLease(lease))
    }
    if (some.size > 0) await commands.hset(key, some)
  }
}

/**
 * Both at once, so that of two nodes which do it at the same time one is the first, and one the last. A node has its name
 * among the nodes before anybody of its people, who would be overlooked otherwise.
 */
const changeAndRead = `
  local people = ARGV[1] .. 'people:'
  if ARGV[4] == '' then redis.call('HDEL', people .. ARGV[2], ARGV[3])
  else
    redis.call('SADD', KEYS[1], ARGV[2])
    redis.call('HSET', people .. ARGV[2], ARGV[3], ARGV[4])
  end
  local found = {}
  for _, node in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    local lease = node ~= ARGV[2] and redis.call('HGET', people .. node, ARGV[3])
    if lease then found[#found + 1] = lease end
  end
  return found`
