import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startTestServer } from '@parley/server/testing'
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
  return (await run(process.execPath, [bin, ...words, '--database-url', databaseUrl])).stdout.trim()
}

test('keys are made in an empty database, and taken back beside a server that has it to itself', async () => {
  const key = await parley('bot', 'create', 'echo')
  const server = await startTestServer({ dataDir })
  const whoIs = async () => (await (await server.rest('GET', '/users/me', { token: key })).json()).data?.user
  expect(await whoIs()).toMatchObject({ username: 'echo', role: 'bot' })
  const id = key.slice(12, 28)
  expect(await parley('key', 'revoke', id)).toBe(`${id} is revoked.`)
  expect(await whoIs()).toBeUndefined()
  await server.close()
})

test('a database that cannot be reached is said in one sentence', async () => {
  const words = [bin, 'key', 'list', '--database-url', 'postgres://127.0.0.1:1/nothing']
  const failed = await run(process.execPath, words).catch((error) => error)
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/^The database cannot be used: .*\.\n$/) })
})
