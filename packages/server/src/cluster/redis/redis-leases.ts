import type { PresenceStatus } from '@parley/protocol'
import type { Logger } from 'pino'
import { type Lease, type Leases, latestOf } from '../../core/leases.ts'
import type { RedisLink } from './redis-link.ts'
import { createToldStatuses } from './told-statuses.ts'

export interface LeaseTiming {
  /** A node that renewed nothing for so long is dead. */
  leaseMs: number
  /** How often it renews, and looks whether others did. */
  renewMs: number
  /** The people of a dead node have so long to come back on another. */
  graceMs: number
  /** How often what was told is compared with who is there. */
  compareMs: number
}

interface Parts {
  link: RedisLink
  nodeId: string
  prefix: string
  timing: LeaseTiming
  log: Logger
}

interface RedisLeases extends Leases {
  /** Hints were lost, or come again. */
  doubt(): void
  close(): void
}

const mostPerRequest = 1_000

/**
 * Leases in Redis: one hash of people for each node, which counts for as long as the node renews its own key. So ten
 * thousand people cost a node one small request every few seconds. Redis may forget everything at any time: a node that
 * finds its hash gone writes it again, and nobody is told that anybody left.
 */
export function createRedisLeases({ link, nodeId, prefix, timing, log }: Parts): RedisLeases {
  const { commands } = link
  const mine = new Map<string, Lease>()
  const gone: ((userIds: readonly string[]) => void)[] = []
  const missed: ((userIds: readonly string[]) => void)[] = []
  const wrong: ((statuses: ReadonlyMap<string, PresenceStatus>) => void)[] = []
  /** Came or went while Redis did not hear it. */
  const untold = new Set<string>()
  /** A Redis that was away may come back with what it knew long ago. */
  let isUnsure = false
  let due: readonly string[] = []
  /** Nodes with a hash, and since when each has been seen without renewing (undefined if it renews). */
  let others: string[] = []
  const silentSince = new Map<string, number>()

  const nodesKey = `${prefix}nodes`
  const aliveKey = (node: string) => `${prefix}alive:${node}`
  const peopleKey = (node: string) => `${prefix}people:${node}`
  const buriedKey = (node: string) => `${prefix}buried:${node}`
  const isReady = () => commands.status === 'ready'

  const writeAll = async () => {
    const userIds = [...mine.keys()]
    for (let from = 0; from < userIds.length; from += mostPerRequest) {
      const part = new Map<string, string>()
      for (const userId of userIds.slice(from, from + mostPerRequest)) {
        const lease = mine.get(userId)
        if (lease) part.set(userId, encode(lease))
      }
      if (part.size > 0) await commands.hset(peopleKey(nodeId), part)
    }
  }

  const renew = async () => {
    const replies = await commands
      .pipeline()
      .sadd(nodesKey, nodeId)
      .set(aliveKey(nodeId), '1', 'PX', timing.leaseMs)
      .hlen(peopleKey(nodeId))
      .getdel(buriedKey(nodeId))
      .smembers(nodesKey)
      .exec()
    const [, , size, buried, nodes] = (replies ?? []).map(([error, value]) => {
      if (error) throw error
      return value
    })
    others = (nodes as string[]).filter((node) => node !== nodeId)
    if (isUnsure || size !== mine.size || untold.size > 0) await rewrite()
    isUnsure = false
    // Other nodes may be writing theirs again too, so whom to tell about is looked up the next time.
    if (due.length > 0) for (const listener of missed) listener(due)
    due = buried === null ? [...untold] : [...mine.keys(), ...untold]
    untold.clear()
  }

  /** Somebody may have come or gone while the reply was under way: what is written is what is true by now. */
  const rewrite = async () => {
    const known = await commands.hkeys(peopleKey(nodeId))
    const strangers = known.filter((userId) => !mine.has(userId))
    if (strangers.length > 0) await commands.hdel(peopleKey(nodeId), ...strangers)
    await writeAll()
  }

  const lookAtOthers = async () => {
    if (others.length === 0) return
    const alive = await commands.mget(...others.map(aliveKey))
    const now = performance.now()
    for (const [index, node] of others.entries()) {
      if (alive[index] !== null) silentSince.delete(node)
      else if (!silentSince.has(node)) silentSince.set(node, now)
    }
    for (const node of [...silentSince.keys()]) if (!others.includes(node)) silentSince.delete(node)
    for (const [node, since] of silentSince) if (now - since >= timing.graceMs) await bury(node)
  }

  /** One of the living tells that a dead node's people are gone; if it dies over that, another does. */
  const bury = async (node: string) => {
    const isMine = await commands.set(`${prefix}burying:${node}`, nodeId, 'PX', timing.leaseMs, 'NX')
    if (isMine === null) return
    const people = await commands.hkeys(peopleKey(node))
    others = others.filter((other) => other !== node)
    const stillHere = await elsewhere(people)
    const left = people.filter((userId) => !stillHere.has(userId) && !mine.has(userId))
    for (const listener of gone) listener(left)
    // If it lives after all, it finds this, and says that its people are here.
    await commands
      .pipeline()
      .set(buriedKey(node), '1', 'EX', 24 * 60 * 60)
      .srem(nodesKey, node)
      .del(peopleKey(node))
      .exec()
    silentSince.delete(node)
    log.info({ node, people: left.length }, 'a node is gone')
  }

  const elsewhere = async (userIds: readonly string[]): Promise<Map<string, Lease>> => {
    const found = new Map<string, Lease>()
    if (others.length === 0) return found
    for (let from = 0; from < userIds.length; from += mostPerRequest) {
      const some = userIds.slice(from, from + mostPerRequest)
      const pipeline = commands.pipeline()
      for (const node of others) pipeline.hmget(peopleKey(node), ...some)
      for (const [error, values] of (await pipeline.exec()) ?? []) {
        if (error) throw error
        for (const [index, text] of (values as (string | null)[]).entries()) {
          const userId = some[index] as string
          const lease = latestOf([found.get(userId), decode(text)])
          if (lease) found.set(userId, lease)
        }
      }
    }
    return found
  }

  const told = createToldStatuses({
    compareMs: timing.compareMs,
    sureMs: timing.leaseMs,
    appearances: async (userIds) => {
      const there = await elsewhere(userIds)
      const leases = userIds.map((id) => [id, latestOf([mine.get(id), there.get(id)])] as const)
      return new Map(leases.flatMap(([id, lease]) => (lease ? [[id, lease.status]] : [])))
    },
  })
  const lookAtTold = async () => {
    const statuses = await told.look()
    if (statuses.size > 0) for (const listener of wrong) listener(statuses)
  }

  let running = false
  const tick = async () => {
    if (running || !isReady()) return
    running = true
    await renew()
      .then(lookAtOthers)
      .then(lookAtTold)
      .catch((err: unknown) => log.debug({ err }, 'leases'))
    running = false
  }
  const timer = setInterval(tick, timing.renewMs).unref()
  commands.on('ready', () => {
    isUnsure = true
    void tick()
  })

  const change = async (userId: string, lease: Lease | undefined): Promise<Lease | undefined> => {
    const text = lease ? encode(lease) : ''
    try {
      const found = await commands.eval(changeAndLook, 1, nodesKey, prefix, nodeId, userId, text)
      return latestOf((found as string[]).map(decode))
    } catch {
      untold.add(userId)
      return undefined
    }
  }

  return {
    put: (userId, lease) => {
      mine.set(userId, lease)
      return change(userId, lease)
    },
    drop: (userId) => {
      mine.delete(userId)
      return change(userId, undefined)
    },
    elsewhere: (userIds) => elsewhere(userIds).catch(() => new Map()),
    whenGone: (listener) => void gone.push(listener),
    whenMissed: (listener) => void missed.push(listener),
    noteSent: told.note,
    whenWrong: (listener) => void wrong.push(listener),
    doubt: told.doubt,
    close: () => clearInterval(timer),
  }
}

/** Both at once, so that of two nodes which do it at the same time one is the first, and one the last. */
const changeAndLook = `
  local people = ARGV[1] .. 'people:'
  if ARGV[4] == '' then redis.call('HDEL', people .. ARGV[2], ARGV[3])
  else redis.call('HSET', people .. ARGV[2], ARGV[3], ARGV[4]) end
  local found = {}
  for _, node in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    local lease = node ~= ARGV[2] and redis.call('HGET', people .. node, ARGV[3])
    if lease then found[#found + 1] = lease end
  end
  return found`

const encode = ({ status, chosenAt }: Lease): string => `${status} ${chosenAt}`

const statuses: readonly PresenceStatus[] = ['online', 'away', 'busy', 'offline']

function decode(text: string | null): Lease | undefined {
  const [written, chosenAt] = text?.split(' ') ?? []
  const status = statuses.find((known) => known === written)
  return status && { status, chosenAt: Number(chosenAt) || 0 }
}
