import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer } from '@parley/server/testing'
import { arrive } from '@parley/server/testing/people'
import { topology } from '@parley/server/testing/topology'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { databaseAt } from '../services/postgres-databases.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
})
afterEach(async () => {
  await topology().dispose(dataDir)
  await rm(dataDir, { recursive: true, force: true })
})

async function query<R extends pg.QueryResultRow>(statement: string): Promise<R[]> {
  const { databaseUrl } = await topology().optionsFor(dataDir)
  const client = new pg.Client(databaseUrl)
  await client.connect()
  return (await client.query<R>(statement).finally(() => client.end())).rows
}

const holders = () =>
  query<{ pid: number }>(`select pid from pg_locks where locktype = 'advisory' and granted
  and database = (select oid from pg_database where datname = current_database())`)

describe('a node without Redis', () => {
  test('refuses to start beside another, names the reason, and does not disturb the other', async () => {
    const first = await startTestServer({ dataDir })
    await expect(startTestServer({ dataDir })).rejects.toThrow(/Another Parley server uses this database.*REDIS_URL/)
    await expect(startTestServer({ dataDir, sharedDatabase: true })).rejects.toThrow(/without Redis/)
    expect((await arrive(first)).socket.connected).toBe(true)
    await first.close()
  })

  test('refuses to start beside nodes that share the database', async () => {
    const shared = [
      await startTestServer({ dataDir, sharedDatabase: true }),
      await startTestServer({ dataDir, sharedDatabase: true }),
    ]
    await expect(startTestServer({ dataDir })).rejects.toThrow(/Another Parley server/)
    for (const node of shared) await node.close()
  })

  test('starts when the node before it is closed, with the same data', async () => {
    const first = await startTestServer({ dataDir })
    const { user, ...signedIn } = await first.register('ana')
    await first.close()
    const second = await startTestServer({ dataDir })
    const socket = await second.connect({ user, ...signedIn })
    expect((await socket.ask('user.me', {})).user).toEqual(user)
    await second.close()
  })

  test('takes its lock again when the connection that holds it is cut', async () => {
    const server = await startTestServer({ dataDir })
    const [before] = await holders()
    await query(`select pg_terminate_backend(${before?.pid})`)
    await expect.poll(async () => (await holders()).filter(({ pid }) => pid !== before?.pid).length).toBe(1)
    await expect(startTestServer({ dataDir })).rejects.toThrow(/Another Parley server/)
    await server.close()
    expect(await holders()).toEqual([])
  })
})

test('nodes that start at once on an empty database all start, with one epoch and one secret', async () => {
  const { server, prefix } = inject('postgres')
  const name = `${prefix}empty`
  const admin = new pg.Client(server)
  await admin.connect()
  await admin.query(`create database ${name}`)
  const databaseUrl = databaseAt(server, name)
  const nodes = await Promise.all(
    Array.from({ length: 4 }, () => startTestServer({ databaseUrl, sharedDatabase: true })),
  )
  const client = new pg.Client(databaseUrl)
  await client.connect()
  const { rows } = await client.query('select key from meta order by key')
  expect(rows).toEqual([{ key: 'epoch' }, { key: 'file-folder' }, { key: 'token-secret' }])
  await client.end()
  for (const node of nodes) await node.close()
  await admin.query(`drop database ${name} with (force)`)
  await admin.end()
})

test('a database that cannot be reached is named as the reason, without its password', async () => {
  const start = startTestServer({ databaseUrl: 'postgres://me:hush@127.0.0.1:1/nothing' })
  const reason = await start.then(
    () => '',
    (error: Error) => error.message,
  )
  expect(reason).toMatch(/cannot be used.*ECONNREFUSED/)
  expect(reason).not.toContain('hush')
})
