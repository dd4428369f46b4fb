import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { ConfigError } from './config.ts'
import { arrive, openRoom, type Person } from './testing/people.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'
import { topology } from './testing/topology.ts'
import { startReceiver, type WebhookReceiver } from './testing/webhook-receiver.ts'
import { runWebhookCommand } from './webhook-command.ts'
import { keyOf } from './webhooks/signature.ts'

const run = promisify(execFile)
const bin = new URL('./bin.js', import.meta.url).pathname

let receiver: WebhookReceiver
let server: TestServer
let ana: Person
beforeAll(async () => {
  receiver = await startReceiver()
  server = await startTestServer({
    webhooks: [receiver.endpoint],
    webhookNetworks: ['loopback'],
    timing: { jobPollMs: 50, jobRetryMs: 1 },
  })
  ana = await arrive(server)
})
afterAll(async () => {
  await server.close()
  await receiver.close()
})

const environment = async () => {
  const { databaseUrl } = await topology().optionsFor(server.dataDir)
  const database = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }
  return { ...process.env, WEBHOOKS: JSON.stringify([receiver.endpoint]), DATA_DIR: server.dataDir, ...database }
}

const parley = async (...words: string[]) =>
  (await run(process.execPath, [bin, 'webhook', ...words], { env: await environment() })).stdout

test('beside a running server the commands show the state of endpoints, and send deliveries again', async () => {
  await openRoom(ana)
  await expect.poll(() => receiver.accepted()).toHaveLength(2)
  const done = async () => (await server.parley.webhooks.log()).filter(({ state }) => state === 'done').length
  await expect.poll(done).toBe(2)
  const [list, log] = await Promise.all([parley('list'), parley('log')])
  expect(list).toMatch(/^[0-9a-f]{8} {2}http:\/\/127.0.0.1:\d+\/hook {2}on, 0 waiting, 0 failed\n$/)
  const lines = log.trim().split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[1]).toMatch(
    /^[\d-]+T[\d:.]+Z {2}[0-9a-f-]{36} {2}[0-9a-f]{8} {2}conversation.created {2}done {2}tries: 1/,
  )
  const id = lines[0]?.split('  ')[1] ?? ''
  expect(await parley('replay', id)).toBe(`${id} is sent again.\n`)
  await expect.poll(() => receiver.received.map((one) => one.id)).toEqual(expect.arrayContaining([id]))
  await expect.poll(() => receiver.received).toHaveLength(3)
  expect(await parley('replay', 'failed')).toBe('0 deliveries are sent again.\n')
})

test('a new secret is valid for an endpoint', async () => {
  expect(keyOf((await parley('secret')).trim())).toHaveLength(32)
})

test.each([
  [[], /^Say what to do:\n {2}parley webhook secret/],
  [['delete'], /^Say what to do:/],
  [['replay'], /^Say which: parley webhook replay DELIVERY, or failed$/],
  [['replay', 'none'], /^There is no delivery none.$/],
  [['replay', 'failed', 'yesterday'], /^yesterday is no time such as/],
  [['enable'], /^Say which: parley webhook enable ENDPOINT$/],
  [['enable', 'none'], /^none is not off.$/],
  [['list', '--webhooks', 'x'], /^--webhooks: .+JSON: endpoints/],
])('parley webhook %j says what is wrong', async (words, sentence) => {
  const running = runWebhookCommand(['webhook', ...words], await environment())
  await expect(running).rejects.toThrow(ConfigError)
  await expect(running).rejects.toThrow(sentence)
})

test('before the first start the command shows the endpoints, and leaves a database that a server can use', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const { WEBHOOKS } = await environment()
  const env = { ...process.env, WEBHOOKS, DATA_DIR: dataDir }
  expect((await run(process.execPath, [bin, 'webhook', 'list'], { env })).stdout).toContain('on, 0 waiting, 0 failed')
  const first = await startTestServer({ dataDir })
  await arrive(first)
  await first.close()
})

test('other commands are left to others', async () => {
  expect(await runWebhookCommand(['backup', 'file'], {})).toBe(false)
  expect(await runWebhookCommand([], {})).toBe(false)
})
