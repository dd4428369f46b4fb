import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer, type TestServer } from '@parley/server/testing'
import { arriveAll, enter, newId, openRoom, plain } from '@parley/server/testing/people'
import { topology } from '@parley/server/testing/topology'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reaches } from '../../packages/server/src/testing/reaches.ts'
import { startReceiver, type WebhookReceiver } from '../../packages/server/src/testing/webhook-receiver.ts'

/*
 * Two nodes with webhooks: each transaction with sends adds jobs to the lines of several conversations and endpoints,
 * while both nodes claim jobs of these lines and mark them as done.
 */

let dataDir: string
let receivers: WebhookReceiver[]
let nodes: [TestServer, TestServer]
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  receivers = await Promise.all([1, 2, 3].map(() => startReceiver()))
  const options = {
    dataDir,
    sharedDatabase: true,
    webhooks: receivers.map(({ endpoint }) => endpoint),
    webhookNetworks: ['loopback'],
    timing: { jobPollMs: 20 },
  }
  nodes = [await startTestServer(options), await startTestServer(options)]
})
afterAll(async () => {
  for (const node of nodes) await node.close()
  for (const receiver of receivers) await receiver.close()
  await topology().dispose(dataDir)
  await rm(dataDir, { recursive: true, force: true })
})

async function deadlocks(): Promise<number> {
  const { databaseUrl } = await topology().optionsFor(dataDir)
  const client = new pg.Client(databaseUrl)
  await client.connect()
  const { rows } = await client.query('select deadlocks from pg_stat_database where datname = current_database()')
  await client.end()
  return Number(rows[0]?.deadlocks)
}

test('two nodes with webhooks cause no deadlock while both send, edit and delete many messages', async () => {
  const [ana, bo] = await arriveAll(nodes[0], 'ana', 'bo')
  const devices = [ana, await enter(nodes[1], ana.signedIn), bo, await enter(nodes[1], bo.signedIn)]
  const rooms = await Promise.all(Array.from({ length: 12 }, () => openRoom(ana, [bo])))
  const before = await deadlocks()
  for (let round = 0; round < 25; round++) {
    await Promise.all(
      devices.flatMap((device, who) =>
        rooms.map(async (_, at) => {
          const conversationId = rooms[(at * 5 + who * 7 + round) % rooms.length] as string
          const id = newId()
          await device.ask('message.send', { conversationId, id, body: plain(`${round}`) })
          if (at % 4 === 0) await device.ask('message.edit', { messageId: id, body: plain(`${round} again`) })
          if (at % 4 === 1) await device.ask('message.delete', { messageId: id })
        }),
      ),
    )
  }
  const messages = rooms.length * devices.length * 25
  for (const receiver of receivers) {
    await reaches(() => receiver.accepted().filter(({ type }) => type === 'message.created').length, messages)
  }
  // A connection reports its deadlocks to the statistics at the latest when it ends.
  for (const node of nodes) await node.close()
  expect(await deadlocks()).toBe(before)
})
