import type { Redis } from 'ioredis'
import { type Lease, type Leases, latestOf } from '../../core/leases.ts'
import { decodeLease, encodeLease, type LeaseKeys, mostPerRequest } from './lease-records.ts'

interface OwnLeasesOptions {
  commands: Redis
  keys: LeaseKeys
  nodeId: string
  leaseMs: number
  /** Called with users of whom the other nodes may have no status or a wrong one. */
  missed(userIds: readonly string[]): void
}

/** The leases of the users on this node. */
export interface OwnLeases extends Pick<Leases, 'put' | 'drop'> {
  of(userId: string): Lease | undefined
  /** Renews the node's own key, writes all leases again if Redis lacks some, and resolves with the ids of all nodes. */
  renew(): Promise<string[]>
  /** Makes the next renewal write all leases again. Call it when Redis is back, which may have an old state. */
  distrust(): void
}

/**
 * Stores the leases of the users on this node in memory, and writes each change to Redis. `put` and `drop` resolve with
 * the user's latest lease on other nodes, undefined without one, and never reject. A change that Redis does not take is
 * written by the next `renew`, and the `renew` after it calls `missed` with that user. Once other nodes took this node
 * for dead, `missed` is called with all users. There is no timer: the caller must call `renew` more often than every
 * `leaseMs`. It rejects if Redis cannot be reached.
 */
export function createOwnLeases({ commands, keys, nodeId, leaseMs, missed }: OwnLeasesOptions): OwnLeases {
  const mine = new Map<string, Lease>()
  /** Users who came or went while Redis could not be reached. */
  let unwritten = new Set<string>()
  let isDistrusted = false
  /** Users to report as missed at the next renewal. */
  let due: readonly string[] = []

  const renew = async () => {
    const { size, isBuried, nodes } = await renewNode(commands, keys, nodeId, leaseMs)
    const [wasDistrusted, written] = [isDistrusted, unwritten]
    // What is marked from now on may come too late for this renewal, so the next one must find it.
    isDistrusted = false
    unwritten = new Set()
    if (wasDistrusted || size !== mine.size || written.size > 0) {
      await rewrite(commands, keys.people(nodeId), mine).catch((error) => {
        isDistrusted ||= wasDistrusted
        unwritten = new Set([...written, ...unwritten])
        throw error
      })
    }
    // Other nodes may be writing their leases again, too, so `missed` is called at the next renewal, when they are
    // done.
    if (due.length > 0) missed(due)
    due = isBuried ? [...mine.keys(), ...written] : [...written]
    // Only now: a renewal that fails before finds the mark again.
    if (isBuried) await commands.del(keys.buried(nodeId))
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

/** Renews the lease of this node, and reads what Redis has about it. */
async function renewNode(commands: Redis, keys: LeaseKeys, nodeId: string, leaseMs: number) {
  const replies = await commands
    .pipeline()
    .sadd(keys.nodes, nodeId)
    .set(keys.alive(nodeId), '1', 'PX', leaseMs)
    .hlen(keys.people(nodeId))
    .get(keys.buried(nodeId))
    .smembers(keys.nodes)
    .exec()
  const [, , size, buried, nodes] = (replies ?? []).map(([error, value]) => {
    if (error) throw error
    return value
  })
  return { size: size as number, isBuried: buried !== null, nodes: nodes as string[] }
}

/** Makes the hash equal to these leases. They may change between two requests: each request writes the present ones. */
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
 * Changes a lease and reads those of other nodes in one step, so that of two nodes that do it at the same time exactly
 * one comes first. The node is added to the list of nodes before its users, who would be overlooked otherwise.
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
