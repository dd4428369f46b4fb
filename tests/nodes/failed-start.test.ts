import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createParley } from '@parley/server'
import { topology } from '@parley/server/testing/topology'
import pg from 'pg'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { startRedis } from '../services/redis-server.ts'

/** How many clients Redis has besides this one. */
const clientsOf = (port: number) =>
  new Promise<number>((resolve, reject) => {
    let heard = ''
    connect(port, '127.0.0.1')
      .on('data', (chunk) => {
        heard += chunk
      })
      .on('end', () => resolve((heard.match(/^id=/gm) ?? []).length - 1))
      .on('error', reject)
      .end('CLIENT LIST\r\nQUIT\r\n')
  })

async function connectionsTo(databaseUrl: string | undefined): Promise<number> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  const others = `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
  return (await client.query(others).finally(() => client.end())).rows.length
}

test('C5: a start that fails at its very end leaves no connection to Redis or the database open', async () => {
  const redis = await startRedis()
  onTestFinished(redis.dispose)
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  onTestFinished(async () => {
    await topology().dispose(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })
  const { databaseUrl } = await topology().optionsFor(dataDir)
  const options = { dataDir, databaseUrl, redisUrl: redis.url, log: pino({ level: 'silent' }) }
  const open = async () => [await clientsOf(redis.port), await connectionsTo(databaseUrl)]
  const before = await open()

  const webRoot = '/there/is/no/such/folder'
  await expect(createParley({ ...options, webRoot })).rejects.toThrow(webRoot)
  await expect.poll(open).toEqual(before)
  const parley = await createParley(options)
  const [clients = 0, connections = 0] = await open()
  expect([clients, connections].map((count, at) => count > (before[at] ?? 0))).toEqual([true, true])
  await parley.close()
  await expect.poll(open).toEqual(before)
})
