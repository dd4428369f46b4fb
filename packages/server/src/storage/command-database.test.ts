import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { topology } from '../testing/topology.ts'
import { withDatabase } from './command-database.ts'
import { DatabaseRefused } from './database.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
})
afterEach(async () => {
  await topology().dispose(dataDir)
  await rm(dataDir, { recursive: true, force: true })
})

test('a command that refuses its work is not reported as a database that cannot be used', async () => {
  const { databaseUrl } = await topology().optionsFor(dataDir)
  const refusal = Object.assign(new Error('There is no such bot.'), { code: 'not_found' })
  const refused = withDatabase({ dataDir, databaseUrl }, () => Promise.reject(refusal))
  await expect(refused).rejects.toBe(refusal)
})

test('a connection that fails without a code is a database that cannot be used', async () => {
  const withoutTls = createServer((socket) => socket.on('data', () => socket.write('N')))
  await new Promise<void>((resolve) => withoutTls.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void withoutTls.close())
  const { port } = withoutTls.address() as { port: number }
  const databaseUrl = `postgres://parley@127.0.0.1:${port}/parley?sslmode=require`
  const refused = withDatabase({ dataDir, databaseUrl }, async () => {})
  await expect(refused).rejects.toThrow(DatabaseRefused)
  await expect(refused).rejects.toThrow(/^The database cannot be used: .+ DATABASE_URL/)
})
