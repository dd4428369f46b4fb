import pino from 'pino'
import { io, type Socket } from 'socket.io-client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Dialect } from '../dialects/dialect.ts'
import { rooms } from '../dialects/rooms/rooms.ts'
import { knock } from '../testing/knock.ts'
import { arrive, openDirect, say } from '../testing/people.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

/** A value that JSON cannot express, as it cannot express an answer of more than 512 MiB. */
const unsayable = { amount: 1n }

/** A dialect whose answer cannot be encoded. */
const broken: Dialect = {
  ...rooms,
  name: 'broken',
  incoming: {
    'say:nothing': { example: 'x', plan: plan({ emit: [{ event: 'said', payload: unsayable }] }), failed },
    'answer:nothing': { example: 'x', plan: plan({ acknowledge: unsayable }), failed },
    'listen:nowhere': { example: 'x', plan: plan({ listen: 7 as never }), failed },
    'say:well': {
      example: 'x',
      plan: plan({ emit: [{ event: 'said', payload: 'well' }], acknowledge: 'well' }),
      failed,
    },
  },
  outgoing: {
    'message.created': () => [{ event: 'new', payload: unsayable }],
  },
}

function plan(result: object) {
  return function* () {
    yield* []
    return result
  }
}

function failed({ code, requestId }: { code: string; requestId: string }) {
  return [{ event: 'failed', payload: { code, requestId } }]
}

const loose: unknown[] = []
const note = (error: unknown) => void loose.push(error)
const lines: { msg: string; requestId?: string }[] = []
const servers: TestServer[] = []
const open: Socket[] = []
beforeEach(() => void process.on('unhandledRejection', note).on('uncaughtException', note))
afterEach(async () => {
  vi.restoreAllMocks()
  for (const socket of open.splice(0)) socket.disconnect()
  await Promise.all(servers.splice(0).map((server) => server.close()))
  process.off('unhandledRejection', note).off('uncaughtException', note)
  lines.splice(0)
  expect(loose.splice(0)).toEqual([])
})

async function start(options: Parameters<typeof startTestServer>[0]): Promise<TestServer> {
  const server = await startTestServer(options)
  servers.push(server)
  return server
}

const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) })

test('A1: if an answer cannot be encoded, the caller gets a failure, which is logged with its request id', async () => {
  const server = await start({ log })
  const ana = await arrive(server, 'ana')
  const stringify = JSON.stringify
  vi.spyOn(JSON, 'stringify').mockImplementation((value, ...more) => {
    const text = stringify(value, ...(more as []))
    // What V8 does beyond its longest string of 512 MiB, at a length that a test can have.
    if (text?.length > 2_000 && text.startsWith('{"ok":true')) throw new RangeError('Invalid string length')
    return text
  })
  const { summary } = await ana.ask('conversation.create', { name: 'Kitchen' })
  const conversationId = summary.conversation.id
  for (let i = 0; i < 8; i += 1) await say(ana, conversationId, 'x'.repeat(400))
  const reply = await ana.reply('message.page', { conversationId })
  expect(reply).toMatchObject({ ok: false, error: { code: 'internal', requestId: expect.stringMatching(/./) } })
  const { requestId } = (reply as { error: { requestId: string } }).error
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'answer failed', requestId }))
  expect((await ana.ask('user.me', {})).user.id).toBe(ana.id)
})

test('A1: if the answer of a dialect cannot be encoded, the foreign client gets a failure', async () => {
  const server = await start({ dialects: [broken], log })
  const ana = await arrive(server, 'ana')
  const token = ana.signedIn.accessToken
  const socket = io(server.url, { auth: { token }, transports: ['websocket'], forceNew: true, reconnection: false })
  open.push(socket)
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  const ask = (event: string) => new Promise((resolve) => socket.emit(event, 'x', resolve))
  for (const event of ['say:nothing', 'answer:nothing', 'listen:nowhere']) {
    const heard = new Promise<{ requestId: string }>((resolve) => socket.once('failed', resolve))
    expect(await ask(event)).toMatchObject({ ok: false, error: { code: 'internal' } })
    const { requestId } = await heard
    expect(lines).toContainEqual(expect.objectContaining({ msg: 'foreign event failed', requestId }))
  }
  expect(await ask('say:well')).toBe('well')

  const bo = await arrive(server, 'bo')
  const { id } = await say(bo, await openDirect(bo, ana), 'Hello')
  expect(await ana.heard('message.created', ({ messages }) => messages?.[0]?.id === id)).toBeDefined()
})

test('A1: operations are answered also if the log cannot be written', async () => {
  const write = () => {
    throw new Error('no space left on the device')
  }
  let isFull = false
  const full = pino({ level: 'debug' }, { write: () => (isFull ? write() : undefined) })
  const server = await start({ log: full })
  const [ana, bo] = [await arrive(server, 'ana'), await arrive(server, 'bo')]
  isFull = true
  expect(await knock(server.url, { token: 'forged', protocol: 1 })).toMatchObject({ code: 'unauthenticated' })
  expect(await ana.reply('message.get', { messageId: 'none' })).toMatchObject({ error: { code: 'not_found' } })
  expect((await server.rest('POST', '/sync', { body: [] })).status).toBe(400)
  expect((await server.rest('GET', '/nowhere')).status).toBe(404)
  const { id } = await say(ana, await openDirect(ana, bo), 'Hello')
  expect(await bo.heard('message.created', ({ messages }) => messages?.[0]?.id === id)).toBeDefined()
  isFull = false
})
