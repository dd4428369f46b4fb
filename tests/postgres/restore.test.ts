import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startTestServer } from '@parley/server/testing'
import { arrive } from '@parley/server/testing/people'
import { topology } from '@parley/server/testing/topology'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const bin = new URL('../../packages/server/src/bin.js', import.meta.url).pathname

let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
})
afterAll(async () => {
  await topology().dispose(dataDir)
  await rm(dataDir, { recursive: true, force: true })
})

const parley = async (...words: string[]) => {
  const { databaseUrl = '' } = await topology().optionsFor(dataDir)
  return run(process.execPath, [bin, ...words, '--database-url', databaseUrl])
}

test('a database that was restored by other means gets a new epoch, and clients start anew', async () => {
  const server = await startTestServer({ dataDir })
  const person = await arrive(server)
  const { epoch, account } = await person.ask('sync.run', {})
  expect((await person.ask('sync.run', { epoch, rev: account.rev })).reset).toBe(false)
  expect((await parley('restore')).stdout).toContain('new epoch')
  const after = await person.ask('sync.run', { epoch, rev: account.rev })
  expect(after.reset).toBe(true)
  expect(after.epoch).not.toBe(epoch)
  await server.close()
})

test('files are for SQLite', async () => {
  await expect(parley('restore', 'copy.db')).rejects.toMatchObject({ stderr: expect.stringContaining('own tools') })
  await expect(parley('backup', 'copy.db')).rejects.toMatchObject({ stderr: expect.stringContaining('pg_dump') })
})
