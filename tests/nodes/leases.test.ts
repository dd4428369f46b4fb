import { once } from 'node:events'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { leaseKeys } from '../../packages/server/src/cluster/redis/lease-records.ts'
import { createOwnLeases } from '../../packages/server/src/cluster/redis/own-leases.ts'
import { connectRedis } from '../../packages/server/src/cluster/redis/redis-link.ts'
import { startRedis } from '../services/redis-server.ts'

test('a node that others took for dead announces its users, also if its first renewal after that fails', async () => {
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
