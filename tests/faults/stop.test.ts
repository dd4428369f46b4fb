import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Message, type Output, PROTOCOL_VERSION, type Reply } from '@parley/protocol'
import { newId } from '@parley/server/testing/people'
import { io, type Socket } from 'socket.io-client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { listeningPort, startPinned } from '../../benchmarks/targets/pinned-process.ts'
import { call } from '../../benchmarks/targets/rest-caller.ts'

const bin = new URL('../../packages/server/src/bin.js', import.meta.url).pathname
const names = ['ana', 'bo', 'cleo', 'dan']
/** So many that the server closes the connections in two steps. */
const devicesOfEach = 40

let directory: string
let child: ChildProcess
let port: number
let exited: Promise<(number | string | null)[]>
let people: Output<'user.register'>[]
let room: string
const open = new Set<Socket>()

async function start(): Promise<void> {
  const args = ['--port', '0', '--data-dir', directory, '--rate-limits', 'off', '--log-level', 'error']
  child = startPinned({ script: bin, args })
  exited = once(child, 'exit')
  port = await listeningPort(child)
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-stop-'))
  await start()
  people = []
  for (const username of names) {
    people.push(await call(port, 'user.register', { username, password: `password of ${username}` }))
  }
  const [owner, ...others] = people
  const userIds = others.map(({ user }) => user.id)
  const made = await call(port, 'conversation.create', { name: 'Kitchen', userIds }, owner?.accessToken)
  room = made.summary.conversation.id
})

afterEach(async () => {
  for (const socket of open) socket.disconnect()
  open.clear()
  child.kill('SIGKILL')
  await exited
  await rm(directory, { recursive: true, force: true })
})

/**
 * An agent for one request, over a connection that is open from now on. Once the server has ended, a new connection to its port
 * could reach a server of another test.
 */
async function agentWithConnection(): Promise<Agent> {
  const connection = connect(port, '127.0.0.1')
  await once(connection, 'connect')
  connection.on('error', () => {})
  return Object.assign(new Agent(), { createConnection: () => connection })
}

/** The status of `/readyz`; undefined if the server has ended. */
const readiness = (agent: Agent): Promise<number | undefined> =>
  new Promise((resolve) => {
    get({ agent, port, path: '/readyz' }, ({ statusCode }: IncomingMessage) => resolve(statusCode)).on('error', () =>
      resolve(undefined),
    )
  })

function dial(token: string, agent?: Agent): Socket {
  const auth = { token, protocol: PROTOCOL_VERSION }
  const socket = io(`http://127.0.0.1:${port}/v1`, {
    auth,
    agent: agent as unknown as undefined,
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  })
  open.add(socket)
  return socket
}

async function connectAll(): Promise<Socket[]> {
  const sockets = people.flatMap(({ accessToken }) => Array.from({ length: devicesOfEach }, () => dial(accessToken)))
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', () => resolve(undefined)))))
  return sockets
}

/** Writes while the socket is open; notes each message in `sent`, with whether it was acknowledged. */
async function write(socket: Socket, sent: Map<string, boolean>): Promise<void> {
  while (socket.connected) {
    const id = newId()
    sent.set(id, false)
    const input = { conversationId: room, id, body: { kind: 'plain', text: id } }
    const reply: Reply<unknown> | undefined = await socket.emitWithAck('message.send', input).catch(() => undefined)
    if (reply?.ok) sent.set(id, true)
  }
}

async function history(token: string): Promise<Message[]> {
  const all: Message[] = []
  for (let hasMore = true; hasMore; ) {
    const after = all.at(-1)?.seq ?? 0
    const page = await call(port, 'message.page', { conversationId: room, after, limit: 100 }, token)
    all.push(...page.messages)
    hasMore = page.messages.length > 0
  }
  return all
}

describe.each(['SIGTERM', 'SIGINT'] as const)('stopped by %s under writers', (signal) => {
  test('a server refuses newcomers, closes all sockets, loses and duplicates nothing, and exits with 0', async () => {
    const sockets = await connectAll()
    const goodbyes = sockets.map((socket) => new Promise((resolve) => socket.once('disconnect', resolve)))
    const sent = new Map<string, boolean>()
    const writing = sockets.filter((_, i) => i % 8 === 0).map((socket) => write(socket, sent))
    await expect.poll(() => [...sent.values()].filter(Boolean).length).toBeGreaterThan(100)

    const agent = await agentWithConnection()
    child.kill(signal)
    await Promise.race(goodbyes)
    // By now it is closing, or has closed: in neither case is it ready.
    expect((await readiness(agent)) ?? 503).toBe(503)
    // Not by a packet: to that, foreign clients do not come back.
    expect(new Set(await Promise.all(goodbyes))).toEqual(new Set(['transport close']))
    expect(await exited).toEqual([0, null])
    await Promise.all(writing)

    await start()
    const [{ accessToken: token } = { accessToken: '' }] = people
    const rows = await history(token)
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1))
    const ids = rows.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const stored = new Set(ids)
    expect([...sent].filter(([id, isAcknowledged]) => isAcknowledged && !stored.has(id))).toEqual([])
    // Messages without an answer are sent again under the same id, and are stored once then.
    for (const [id, isAcknowledged] of sent) {
      if (isAcknowledged) continue
      await call(port, 'message.send', { conversationId: room, id, body: { kind: 'plain', text: id } }, token).catch(
        (error) => expect(`${error}`).toMatch(/message_id_conflict/),
      )
    }
    expect(new Set((await history(token)).map(({ id }) => id))).toEqual(new Set(sent.keys()))
  })
})

test('a client that connects while the server closes is told to come back', async () => {
  const sockets = await connectAll()
  const first = Promise.race(sockets.map((socket) => new Promise((resolve) => socket.once('disconnect', resolve))))
  const agent = await agentWithConnection()
  child.kill('SIGTERM')
  await first
  const late = dial(people[0]?.accessToken ?? '', agent)
  const error = await new Promise<Error & { data?: unknown }>((resolve) => late.once('connect_error', resolve))
  // The server may have ended by now; otherwise its refusal has the time to come back.
  if (error.data !== undefined) expect(error.data).toMatchObject({ code: 'unavailable', retryAfterMs: 1_000 })
  expect(await exited).toEqual([0, null])
})

test('a second signal ends the server at once', async () => {
  const [socket] = await connectAll()
  const left = new Promise((resolve) => socket?.once('disconnect', resolve))
  child.kill('SIGTERM')
  await left
  child.kill('SIGTERM')
  const [code, by] = await exited
  // It may also have finished by itself before.
  expect(code === 0 || by === 'SIGTERM').toBe(true)
})
