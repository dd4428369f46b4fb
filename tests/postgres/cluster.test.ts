import { Worker } from 'node:worker_threads'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { startPostgres } from '../services/postgres-cluster.ts'

/** Connects and disconnects all the time, in its own thread, because the signals below are sent synchronously. */
const comeAndGo = `
  const { workerData } = require('node:worker_threads')
  const pg = require('pg')
  const visit = async () => {
    const client = new pg.Client(workerData)
    client.on('error', () => {})
    await client.connect().catch(() => {})
    await client.end().catch(() => {})
    visit()
  }
  for (let count = 0; count < 10; count += 1) visit()
`

test('a server is paused, resumed and stopped while its connections come and go', async () => {
  const cluster = await startPostgres({ durable: false })
  onTestFinished(() => cluster.dispose())
  const visitors = new Worker(comeAndGo, { eval: true, workerData: cluster.url() })
  onTestFinished(async () => void (await visitors.terminate()))
  for (let round = 0; round < 15; round += 1) {
    cluster.pause()
    cluster.resume()
  }
  const last = new pg.Client(cluster.url())
  await last.connect()
  expect((await last.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await last.end()
  await cluster.stop()
  await expect(new pg.Client(cluster.url()).connect()).rejects.toThrow()
})
