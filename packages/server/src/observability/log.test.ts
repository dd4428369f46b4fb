import type { Reply } from '@parley/protocol'
import pino, { type Level } from 'pino'
import { io, type Socket } from 'socket.io-client'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { ParleyOptions } from '../parley-options.ts'
import { knock } from '../testing/knock.ts'
import { arrive, newId, openRoom, type Person, plain, say, settled } from '../testing/people.ts'
import { openTestDatabase } from '../testing/test-database.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { boundedLog } from './bounded-log.ts'

interface Line {
  level: number
  msg: string
  [field: string]: unknown
}

const info = 30
const error = 50

/** A log that is kept as it would be written. */
function keptLog(level: Level) {
  const written: string[] = []
  const log = pino({ level }, { write: (line: string) => void written.push(line) })
  const lines = () => written.map((line) => JSON.parse(line) as Line)
  const of = (requestId: string) => lines().filter((line) => line.requestId === requestId)
  return { log, written, lines, of }
}
type KeptLog = ReturnType<typeof keptLog>

let server: TestServer
let kept: KeptLog
const start = async (level: Level, options: Partial<ParleyOptions> = {}) => {
  kept = keptLog(level)
  server = await startTestServer({ log: kept.log, sharedDatabase: true, ...options })
}
afterEach(() => server?.close())

/** Takes away what the server cannot do without. */
async function drop(table: 'messages' | 'meta'): Promise<void> {
  const database = await openTestDatabase(server.dataDir)
  await database.write.schema.dropTable(table).execute()
  await database.close()
}

async function refusedBy(person: Person, name: string, input: unknown) {
  const reply = await person.reply(name, input)
  if (reply.ok) throw new Error(`${name} was not refused`)
  return reply.error
}

describe('a refusal’s request id identifies its line in the log', () => {
  test('over a socket, with operation, user, code and duration', async () => {
    await start('info')
    const ana = await arrive(server)
    const { code, requestId } = await refusedBy(ana, 'message.send', { conversationId: newId() })
    const [line, ...more] = kept.of(requestId)
    expect(line).toMatchObject({ level: info, operation: 'message.send', code, userId: ana.id, ms: expect.any(Number) })
    expect(more).toEqual([])
  })

  test('once at level debug as well, where every operation has a line', async () => {
    await start('debug')
    const ana = await arrive(server)
    await say(ana, await openRoom(ana))
    const { requestId } = await refusedBy(ana, 'message.send', {})
    expect(kept.of(requestId)).toHaveLength(1)
    expect(kept.lines().filter((line) => line.operation === 'message.send')).toHaveLength(2)
  })

  test('for an internal error, whose cause is logged and is not in the answer', async () => {
    await start('info')
    const ana = await arrive(server)
    const room = await openRoom(ana)
    await drop('messages')
    const failure = await refusedBy(ana, 'message.send', { conversationId: room, id: newId(), body: plain('Hello') })
    expect(failure.code).toBe('internal')
    expect(JSON.stringify(failure)).not.toContain('messages')
    expect(kept.of(failure.requestId)).toMatchObject([
      {
        level: error,
        operation: 'message.send',
        userId: ana.id,
        err: { message: expect.stringContaining('messages') },
      },
    ])
  })

  test('for a refused handshake', async () => {
    await start('info')
    const refusal = await knock(server.url, { token: 'forged', protocol: 1 })
    expect(kept.of(refusal?.requestId ?? '')).toMatchObject([{ level: info, reason: 'unauthenticated' }])
  })

  test.each([
    ['an operation', 'GET', '/api/v1/conversations', undefined],
    ['a body that is no JSON', 'POST', '/api/v1/sessions', '{'],
    ['a body that is too large', 'POST', '/api/v1/sessions', 'x'.repeat(300_000)],
    ['a path that is nothing', 'GET', '/api/v1/nothing', undefined],
  ])('over HTTP, where it is also a header of the answer: %s', async (_, method, path, body) => {
    await start('info')
    const response = await fetch(server.url + path, { method, body })
    const reply = (await response.json()) as Reply<never>
    if (reply.ok) throw new Error('it was not refused')
    expect(response.headers.get('x-request-id')).toBe(reply.error.requestId)
    expect(kept.of(reply.error.requestId)).toMatchObject([{ level: info, code: reply.error.code }])
  })

  test('over the routes of a dialect', async () => {
    await start('info')
    const ana = await arrive(server)
    const headers = { authorization: `Bearer ${ana.signedIn.accessToken}` }
    for (const given of [{}, headers]) {
      const response = await fetch(`${server.url}/chat/rooms/${newId()}/messages`, { headers: given })
      expect(response.ok).toBe(false)
      expect(kept.of(response.headers.get('x-request-id') ?? '')).toHaveLength(1)
    }
  })
})

test('a request may bring its own id if that is a short word', async () => {
  await start('info')
  const idFor = async (given: string) => {
    const response = await fetch(`${server.url}/api/v1/nothing`, { headers: { 'x-request-id': given } })
    return response.headers.get('x-request-id')
  }
  expect(await idFor('from-the-proxy_1')).toBe('from-the-proxy_1')
  for (const given of ['x'.repeat(65), 'two words', '<script>', '{"a":1}', 'ä', '']) {
    expect(await idFor(given)).toMatch(/^[0-9a-f-]{36}$/)
  }
  expect(kept.of('from-the-proxy_1')).toHaveLength(1)
})

test('no secret and no text of a user is in the log, even at level debug', async () => {
  const secrets = Object.fromEntries(
    ['body', 'password', 'wrong', 'token', 'refresh', 'cookie', 'query', 'name', 'json', 'event', 'edit'].map(
      (kind) => [kind, `marker-of-${kind}-${newId()}`],
    ),
  )
  const { body, password, wrong, token, refresh, cookie, query, name, json, event, edit } = secrets as Record<
    string,
    string
  >
  await start('debug')
  const http = (method: string, path: string, given?: unknown, bearer: string | undefined = token) =>
    fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, cookie: `session=${cookie}`, 'content-type': 'application/json' },
      body: given === undefined ? undefined : typeof given === 'string' ? given : JSON.stringify(given),
    })

  const ana = await arrive(server)
  const { accessToken, refreshToken } = ana.signedIn
  const room = await openRoom(ana)
  await http('POST', '/users', { username: 'bo', password })
  const signedIn = (await (await http('POST', '/sessions', { username: 'bo', password })).json()) as Reply<{
    accessToken: string
    refreshToken: string
  }>
  if (!signedIn.ok) throw new Error('bo could not sign in')
  const bo = signedIn.data
  for (const given of [{ username: 'bo', password: wrong }, { username: 'bo', password: { wrong } }, `{"${json}`]) {
    await http('POST', '/sessions', given)
  }
  await http('POST', '/sessions/refresh', { refreshToken: bo.refreshToken })
  await http('POST', '/sessions/refresh', { refreshToken: refresh })
  await http('GET', `/conversations?limit=${query}`)
  await http('GET', `/users?query=${query}`, undefined, accessToken)
  await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}`, via: query ?? '' } })

  const { id } = await say(ana, room, body)
  await ana.ask('message.edit', { messageId: id, body: plain(edit ?? '') })
  await ana.reply('message.send', { conversationId: room, id: newId(), body: { kind: body, text: body } })
  await ana.reply('message.send', { conversationId: body, id: body, body: plain(body ?? '') })
  await ana.reply(name ?? '', { [name ?? '']: body })
  await knock(server.url, { token, protocol: 1 }, { extraHeaders: { cookie: `session=${cookie}` } })
  await speakForeign(accessToken, token ?? '', [
    ['message:send', { roomId: room, content: body }],
    ['message:send', body],
    [event ?? '', body],
  ])
  await drop('messages')
  expect(
    (await refusedBy(ana, 'message.send', { conversationId: room, id: newId(), body: plain(body ?? '') })).code,
  ).toBe('internal')
  await settled(ana)

  const all = kept.written.join('')
  expect(kept.lines().length).toBeGreaterThan(15)
  expect(all).not.toContain('marker-of-')
  for (const secret of [accessToken, refreshToken, bo.accessToken, bo.refreshToken]) expect(all).not.toContain(secret)
  expect(all).not.toContain(`password of ${ana.user.username}`)
})

/** A foreign client says all of this, and leaves; another one is not let in. */
async function speakForeign(token: string, forged: string, events: [string, unknown][]): Promise<void> {
  const connect = (given: string): Socket =>
    io(server.url, { auth: { token: given }, transports: ['websocket'], forceNew: true, reconnection: false })
  const stranger = connect(forged)
  await new Promise((resolve) => stranger.once('connect_error', resolve))
  const socket = connect(token)
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  for (const [event, payload] of events) socket.emit(event, payload)
  // These are answered one after the other.
  await new Promise((resolve) => socket.emit('message:send', {}, resolve))
  socket.disconnect()
}

describe('a flood of lines', () => {
  test('caused by nonsense is limited in the log, while every request is answered', async () => {
    await start('info')
    const ana = await arrive(server)
    const before = kept.lines().length
    const replies = await Promise.all(Array.from({ length: 2_000 }, (_, i) => ana.reply(`made-up-${i}`)))
    expect(replies.every((reply) => !reply.ok)).toBe(true)
    const lines = kept.lines().slice(before)
    expect(lines.length).toBeGreaterThanOrEqual(100)
    // More than one time of ten seconds may pass while this runs, but not many.
    expect(lines.length).toBeLessThan(1_000)
  })

  test('is summed up in one line when it ends, and does not hide lines of other kinds', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { log, lines } = keptLog('info')
    const bounded = boundedLog(log, { most: 3, everyMs: 10_000 })
    for (let i = 0; i < 10; i++) bounded.info({ i }, 'nonsense')
    bounded.info({ code: 'not_found' }, 'nonsense')
    bounded.error({ err: new Error('rare') }, 'failure')
    vi.advanceTimersByTime(9_999)
    expect(lines().at(-1)).toMatchObject({ msg: 'failure' })
    vi.advanceTimersByTime(1)
    expect(lines().at(-1)).toMatchObject({ msg: 'lines left out', lines: 7 })
    expect(lines().map((line) => line.msg)).toEqual([
      ...['nonsense', 'nonsense', 'nonsense', 'nonsense', 'failure'],
      'lines left out',
    ])
    bounded.info({}, 'nonsense')
    expect(lines().at(-1)?.msg).toBe('nonsense')
  })
})

test('of a database error, only its messages, codes and causes are logged, without any data', () => {
  const { log, written } = keptLog('info')
  const detail = 'Key (body)=(a secret) already exists.'
  const cause = Object.assign(new Error('the inner one'), { detail, code: '23505' })
  const failure = Object.assign(new AggregateError([cause], 'the outer one', { cause }), { parameters: ['a secret'] })
  boundedLog(log).error({ err: failure }, 'failed')
  boundedLog(log).error({ err: 'a secret' }, 'failed')
  expect(written.join('')).not.toContain('a secret')
  expect(JSON.parse(written[0] ?? '')).toMatchObject({
    err: { message: 'the outer one', cause: { code: '23505' }, errors: [{ message: 'the inner one' }] },
  })
})

test('without a database, /readyz answers “unavailable”, and only the log has the reason', async () => {
  await start('info')
  await drop('meta')
  const response = await fetch(`${server.url}/readyz`)
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({ status: 'unavailable', checks: { database: 'unavailable' } })
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  const why = kept.lines().find((line) => line.check === 'database')
  expect(why).toMatchObject({ level: error, err: { message: expect.stringContaining('meta') } })
})

test('start and stop are one line each', async () => {
  await start('info')
  await arrive(server)
  await server.close()
  expect(kept.lines().map(({ level, msg }) => ({ level, msg }))).toEqual([
    { level: info, msg: 'started' },
    { level: info, msg: 'stopped' },
  ])
})
