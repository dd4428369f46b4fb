import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createStore } from '../../features/index.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import type { Delivery } from '../delivery.ts'
import { createGroupCommit } from './group-commit.ts'

test('D10: a commit counts as delivered, and the server as idle, only when earlier commits are delivered', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  const database = await openTestDatabase(dataDir)
  const gate = Promise.withResolvers<void>()
  const order: string[] = []
  // Like one of several nodes: durable events wait for their turn in an order, and others pass them.
  const deliver = async (deliveries: readonly Delivery[]) => {
    if (deliveries.length === 0) return
    await gate.promise
    order.push('delivered')
  }
  const groupCommit = createGroupCommit({
    database,
    createStore,
    deliver: Object.assign(deliver, { listen: () => () => {} }),
  })
  await groupCommit.run(async ({ emit }) =>
    emit({ name: 'sync.hinted', payload: {}, audience: { channels: [{ kind: 'user', id: 'ana' }] } }),
  )
  await groupCommit.run(async () => {})
  const waits = [
    groupCommit.delivered().then(() => order.push('all delivered')),
    groupCommit.idle().then(() => order.push('idle')),
  ]
  // Another commit is made, so that a promise that resolved too early would be noticed.
  await groupCommit.run(async () => {})
  gate.resolve()
  await Promise.all(waits)
  expect(order[0]).toBe('delivered')
  await database.close()
  await rm(dataDir, { recursive: true })
})
