import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { startTestServer } from '@parley/server/testing'
import { arrive, openRoom } from '@parley/server/testing/people'
import { stopClock } from '@parley/server/testing/stopped-clock'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { keyOf, newWebhookSecret, signatureBy } from '../../packages/server/src/webhooks/signature.ts'
import { freePort } from '../services/free-port.ts'

/* The programs of docs/guide/webhooks.md, as they are written there. */

const root = join(import.meta.dirname, '../..')
const secret = newWebhookSecret()
let folder: string

beforeAll(async () => {
  // Below node_modules they find the packages as those of an app do.
  const cache = join(root, 'node_modules', '.cache')
  await mkdir(cache, { recursive: true })
  folder = await mkdtemp(join(cache, 'guide-'))
  const guide = await readFile(join(root, 'docs/guide/webhooks.md'), 'utf8')
  for (const [, program = '', name = ''] of guide.matchAll(/^```js\n(\/\/ (\S+)\n[\s\S]*?)^```$/gm)) {
    await writeFile(join(folder, name), program)
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('the receiver in Node gets the events', async () => {
  const port = await freePort()
  const receiver = spawn(process.execPath, [join(folder, 'receiver.mjs')], {
    env: { ...process.env, PORT: String(port), WEBHOOK_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const server = await startTestServer({
    webhooks: [{ url: `http://127.0.0.1:${port}`, secret }],
    webhookNetworks: ['loopback'],
    timing: { jobRetryMs: 1 },
  })
  onTestFinished(async () => {
    receiver.kill()
    await server.close()
  })
  const told: string[] = []
  createInterface(receiver.stdout).on('line', (line) => told.push(line))
  const room = await openRoom(await arrive(server))
  await expect.poll(() => told).toEqual([`conversation.created ${room}`, `membership.joined ${room}`])
  expect((await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: '{}' })).status).toBe(401)
})

test('the handler of fetch requests accepts signed requests only', async () => {
  process.env.WEBHOOK_SECRET = secret
  onTestFinished(() => void delete process.env.WEBHOOK_SECRET)
  const { POST } = (await import(pathToFileURL(join(folder, 'handler.mjs')).href)) as {
    POST(request: Request): Promise<Response>
  }
  const body = '{"type":"message.created","timestamp":"2026-11-30T12:00:00.000Z","data":{"conversationId":"c","rev":7}}'
  onTestFinished(stopClock().release)
  const timestamp = String(Math.floor(Date.now() / 1_000))
  const signature = signatureBy(keyOf(secret) as Buffer, { id: 'one', timestamp, body })
  const request = (text: string) =>
    new Request('http://app.example/hook', {
      method: 'POST',
      body: text,
      headers: { 'webhook-id': 'one', 'webhook-timestamp': timestamp, 'webhook-signature': signature },
    })
  expect((await POST(request(body))).status).toBe(204)
  expect((await POST(request(`${body} `))).status).toBe(401)
})
