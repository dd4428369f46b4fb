import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ConversationSummary } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'

const script = new URL('../nodes/node-process.ts', import.meta.url).pathname
const credentials = { username: 'ana', password: 'password of ana' }

let dataDir: string
let node: ChildProcess | undefined
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
})
afterAll(async () => {
  node?.kill('SIGKILL')
  await rm(dataDir, { recursive: true, force: true })
})

/** Starts a server in its own process, always on the same data; resolves with its address. */
async function start(): Promise<string> {
  const options = { dataDir, rateLimits: 'off', passwordCost: { memoryKiB: 1_024, passes: 1 } }
  node = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface(node.stdout as NodeJS.ReadableStream)) return line
  throw new Error('The server ended before it was ready.')
}

async function ask(url: string, path: string, { token, key, body }: { token?: string; key?: string; body?: object }) {
  const response = await fetch(`${url}/api/v1${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: body ? JSON.stringify(body) : null,
  })
  return { status: response.status, ...(await response.json()) }
}

test('a request that was under way when the server was killed is done once, however often it is sent again', async () => {
  let url = await start()
  let token = (await ask(url, '/users', { body: credentials })).data.accessToken
  const names = Array.from({ length: 150 }, (_, i) => `room-${i}`)
  const answers = new Map<string, unknown>()
  /** Sends all requests that have no answer yet, each with its own key. `kills`: the first answer kills the server. */
  const sendAll = async (kills: boolean) => {
    const open = names.filter((name) => !answers.has(name))
    const child = node
    await Promise.allSettled(
      open.map(async (name) => {
        const reply = await ask(url, '/conversations', { token, key: name, body: { name } })
        if (reply.ok) answers.set(name, reply.data)
        if (kills) child?.kill('SIGKILL')
      }),
    )
    if (kills && child && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  for (const kills of [true, true, false]) {
    await sendAll(kills)
    if (kills) url = await start()
    token = (await ask(url, '/sessions', { body: credentials })).data.accessToken
  }
  expect(answers.size).toBe(names.length)
  const again = await ask(url, '/conversations', { token, key: 'room-0', body: { name: 'room-0' } })
  expect(again.data).toEqual(answers.get('room-0'))
  const { summaries } = (await ask(url, '/conversations?limit=1000', { token })).data
  const made = summaries.map(({ conversation }: ConversationSummary) => conversation.name)
  expect(made.sort()).toEqual(names.sort())
})
