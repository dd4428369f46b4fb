import { once } from 'node:events'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { leaseKeys } from '../../packages/server/src/cluster/redis/lease-records.ts'
import { createOwnLeases } from '../../packages/server/src/cluster/redis/own-leases.ts'
import { connectRedis } from '../../packages/server/src/cluster/redis/redis-link.ts'
import { startRedis } from '../services/redis-server.ts'

/** The leases of a node on a Redis of its own, and the users that were announced as missed. */
async function leasesOfNode() {
  const redis = await startRedis()
  const link = connectRedis(redis.url, pino({ level: 'silent' }))
  onTestFinished(async () => {
    link.close()
    await redis.dispose()
  })
  const { commands } = link
  await once(commands, 'ready')
  const [keys, nodeId] = [leaseKeys('test:'), 'ana’s node']
  const announced: (readonly string[])[] = []
  const missed = (userIds: readonly string[]) => void announced.push(userIds)
  const leases = createOwnLeases({ commands, keys, nodeId, leaseMs: 60_000, missed })

  /** Renews, and runs the work between the moment when Redis has the leases and the one when the node knows it. */
  const renewAround = async (work: () => Promise<unknown>) => {
    const { hset } = commands
    commands.hset = (async (...words: Parameters<typeof hset>) => {
      commands.hset = hset
      const answer = await hset.apply(commands, words)
      await work()
      return answer
    }) as typeof hset
    await leases.renew()
    expect(commands.hset).toBe(hset)
  }
  return { redis, commands, keys, nodeId, announced, leases, renewAround }
}

test('a node that others took for dead announces its users, also if its first renewal after that fails', async () => {
  const { commands, keys, nodeId, announced, leases } = await leasesOfNode()
  await leases.put('ana', { status: 'online', chosenAt: 1 })
  await leases.renew()

  // The leases are gone, as after a burial. Something in their place makes the renewal fail.
  await commands.del(keys.people(nodeId))
  await commands.set(keys.people(nodeId), 'no leases')
  await commands.set(keys.buried(nodeId), '1')
  await expect(leases.renew()).rejects.toThrow('WRONGTYPE')
  await commands.del(keys.people(nodeId))
  for (let round = 0; round < 3; round++) await leases.renew()
  expect(announced).toEqual([['ana']])
  expect(await commands.exists(keys.buried(nodeId))).toBe(0)
})

test('a change that Redis refuses while all leases are written again is written at the next renewal', async () => {
  const { redis, commands, keys, nodeId, announced, leases, renewAround } = await leasesOfNode()
  await leases.put('ana', { status: 'online', chosenAt: 1 })
  leases.distrust()
  await renewAround(async () => {
    await redis.command('ACL', 'SETUSER', 'default', '-eval')
    await leases.put('ana', { status: 'busy', chosenAt: 2 })
    await redis.command('ACL', 'SETUSER', 'default', '+eval')
  })
  await leases.renew()
  expect(await commands.hget(keys.people(nodeId), 'ana')).toBe('busy 2')
  await leases.renew()
  expect(announced).toEqual([['ana']])
})

test('a Redis that comes back with an old state while all leases are written again gets them once more', async () => {
  const { commands, keys, nodeId, leases, renewAround } = await leasesOfNode()
  await leases.put('ana', { status: 'busy', chosenAt: 2 })
  leases.distrust()
  await renewAround(async () => {
    await commands.hset(keys.people(nodeId), 'ana', 'online 1')
    leases.distrust()
  })
  await leases.renew()
  expect(await commands.hget(keys.people(nodeId), 'ana')).toBe('busy 2')
})
