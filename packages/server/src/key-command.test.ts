import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Reply, User } from '@parley/protocol'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ConfigError } from './config.ts'
import { runKeyCommand } from './key-command.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const run = promisify(execFile)
const bin = new URL('./bin.js', import.meta.url).pathname

let dataDir: string
let server: TestServer | undefined
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
})
afterAll(async () => {
  await server?.close()
  await rm(dataDir, { recursive: true, force: true })
})

/** The output of the command, which runs in this process because starting another one takes long. */
async function lines(...words: string[]): Promise<string[]> {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    expect(await runKeyCommand([...words, '--data-dir', dataDir], {})).toBe(true)
    return written.mock.calls
      .map(([text]) => String(text))
      .join('')
      .trimEnd()
      .split('\n')
  } finally {
    vi.restoreAllMocks()
  }
}
const whoIs = async (token: string) => {
  const response = await server?.rest('GET', '/users/me', { token })
  const reply = (await response?.json()) as Reply<{ user: User }>
  return reply.ok ? reply.data.user.username : reply.error.code
}

test('keys are made before the first start and while a server runs, are listed, and are revoked', async () => {
  const { stdout, stderr } = await run(process.execPath, [
    ...[bin, 'bot', 'create', 'echo', '--name', 'Echo of the hall', '--data-dir', dataDir],
  ])
  expect(stdout).toMatch(/^parley_live_[0-9a-f]{16}_[A-Za-z0-9_-]{43}\n$/)
  const id = stdout.slice(12, 28)
  expect(stderr).toBe(`Keep it now: it is not shown again. To take it back: parley key revoke ${id}\n`)

  server = await startTestServer({ dataDir })
  expect(await whoIs(stdout.trim())).toBe('echo')
  const [second = ''] = await lines('key', 'create', '--bot=echo', '--name', 'the second')
  const [backend = ''] = await lines('key', 'create', '--name', 'billing', '--scopes', 'users, act-as')
  expect(await whoIs(second)).toBe('echo')
  // The first user is the administrator, however many bots exist.
  expect((await server.register('ana')).user.role).toBe('admin')

  expect(await lines('key', 'revoke', id)).toEqual([`${id} is revoked.`])
  expect([await whoIs(stdout.trim()), await whoIs(second)]).toEqual(['unauthenticated', 'echo'])
  const list = await lines('key', 'list')
  expect(list.map((line) => line.split(/ {2,}/))).toEqual([
    ['id', 'made', 'state', 'for', 'name'],
    [id, expect.stringMatching(/^\d{4}-\d\d-\d\d$/), 'revoked', 'bot echo', 'echo'],
    [second.slice(12, 28), expect.any(String), 'good', 'bot echo', 'the second'],
    [backend.slice(12, 28), expect.any(String), 'good', 'users,act-as', 'billing'],
  ])
  for (const key of [stdout.trim(), second, backend]) expect(list.join()).not.toContain(key.slice(29))
})

test('mistakes are reported in one sentence', async () => {
  const wrong: [string[], RegExp][] = [
    [['key', 'make'], /^There is no parley key make; there is key create/],
    [['key', 'create', '--scopes', 'users'], /^Say what it is for/],
    [['key', 'create', '--name', 'x'], /^--scopes: one or more of users,conversations,erase,act-as/],
    [['key', 'create', '--name', 'x', '--scopes', 'root'], /^--scopes: one or more/],
    [['key', 'create', '--name', 'x', '--bot', 'nobody'], /^There is no bot nobody/],
    [['key', 'revoke', 'nothing'], /^There is no good key nothing/],
    [['key', 'list', '--data-dri', 'x'], /^Unknown option --data-dri/],
    [['bot', 'create', 'a b'], /^Say its user name/],
  ]
  for (const [words, sentence] of wrong) {
    const refused = runKeyCommand([...words, '--data-dir', dataDir], {})
    await expect(refused).rejects.toThrow(ConfigError)
    await expect(refused).rejects.toThrow(sentence)
  }
})
