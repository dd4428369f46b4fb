import { connect as dialTcp, type Socket as TcpSocket } from 'node:net'
import { io } from 'socket.io-client'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { arrive, enter, newName, type Person } from '../../testing/people.ts'
import { dialRaw, type RawSocket } from '../../testing/raw-socket.ts'
import { type StoppedClock, stopClock } from '../../testing/stopped-clock.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { goodbyeMs } from './visitor.ts'

const ofOneAddress = 200
/** Of long polling. */
const beginnings = { ofOneAddress: 1_000, inMs: 10_000 }

let server: TestServer
const open = new Set<RawSocket['socket'] | TcpSocket>()

async function start(options: Parameters<typeof startTestServer>[0] = {}): Promise<void> {
  server = await startTestServer({ rateLimits: 'on', trustedProxies: ['loopback'], ...options })
}
// So long that no connection is closed for being late, except in the tests of that.
beforeEach(() => start({ timing: { authenticateMs: 120_000 } }))
afterEach(async () => {
  for (const socket of open) 'terminate' in socket ? socket.terminate() : socket.destroy()
  open.clear()
  await server.close()
})

const from = (address: string) => ({ 'x-forwarded-for': address })
const attacker = from('203.0.113.1')

function dial(dialing: Parameters<typeof dialRaw>[1] = {}): RawSocket {
  const raw = dialRaw(server.url, { headers: attacker, ...dialing })
  open.add(raw.socket)
  return raw
}

const figure = async (name: string) => {
  const page = await (await fetch(`${server.url}/metrics`)).text()
  return Number(
    page
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1],
  )
}
const transports = () => figure('parley_transports')

const poll = (query = '', options: RequestInit = {}, path = '/socket.io') =>
  fetch(`${server.url}${path}/?EIO=4&transport=polling${query}`, { ...options, headers: attacker })

async function pollingSession(): Promise<{ sid: string; post(body: string): Promise<Response> }> {
  const { sid } = JSON.parse((await (await poll()).text()).slice(1))
  return { sid, post: (body) => poll(`&sid=${sid}`, { method: 'POST', body }) }
}

/** A websocket over bare TCP, which never sends a closing handshake. */
function dialSilently(
  path = '/socket.io',
  query = '',
): { upgraded: Promise<string>; ended: Promise<void>; socket: TcpSocket } {
  const { hostname, port } = new URL(server.url)
  const socket = dialTcp(Number(port), hostname)
  open.add(socket)
  const upgraded = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))))
  // It does not answer the server's end with its own.
  const ended = new Promise<void>((resolve) => socket.once('end', resolve).once('close', () => resolve()))
  socket.on('error', () => {})
  socket.write(
    `GET ${path}/?EIO=4&transport=websocket${query} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n` +
      `X-Forwarded-For: ${attacker['x-forwarded-for']}\r\nConnection: Upgrade\r\n` +
      'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  )
  return { upgraded, ended, socket }
}

describe('A3: a client that joins', () => {
  test('and joins again before the answer is closed, with one answer at most', async () => {
    const { socket, next, closed, frames } = dial()
    await next('0')
    for (let i = 0; i < 50; i++) socket.send('40/v1,{}')
    await closed
    expect(frames.filter((frame) => frame.startsWith('44')).length).toBeLessThanOrEqual(1)
  })

  test('and connects again each time it is closed keeps no other client out', async () => {
    const signedIn = await server.register(newName())
    let isGoing = true
    let refusals = 0
    const attack = async () => {
      while (isGoing) {
        const { socket, next, closed, frames } = dial()
        if ((await next('0')) !== 'closed') for (let i = 0; i < 100; i++) socket.send('40/v1,{}')
        await closed
        refusals += frames.filter((frame) => frame.startsWith('44')).length
      }
    }
    const attacks = [attack(), attack(), attack()]
    await expect.poll(() => figure('parley_handshake_refusals_total{reason="asked_twice"}')).toBeGreaterThan(50)
    const others = await Promise.allSettled(Array.from({ length: 40 }, () => enter(server, signedIn)))
    isGoing = false
    await Promise.all(attacks)
    expect(others.filter(({ status }) => status === 'rejected')).toEqual([])
    // A connection that joined twice got one answer at most.
    expect(refusals).toBeLessThan((await figure('parley_handshake_refusals_total{reason="asked_twice"}')) * 2)
  })

  test.each([
    ['the native protocol', '40/v1,{}', '44/v1,', 'unauthenticated'],
    ['the native protocol with a forged token', '40/v1,{"token":"x"}', '44/v1,', 'unauthenticated'],
    ['the native protocol too old', '40/v1,{"protocol":0}', '44/v1,', 'upgrade_required'],
    ['a dialect with an empty token', '40{"token":""}', '44{', 'Authentication required'],
    ['a dialect with a forged token', '40{"token":"x"}', '44{', 'Invalid token'],
    ['a namespace that does not exist', '40/admin,{}', '44/admin,', 'Invalid namespace'],
  ])('%s and is refused hears why first, and is closed then', async (_, asked, prefix, why) => {
    const { socket, next, closed } = dial()
    await next('0')
    socket.send(asked)
    expect(await next(prefix)).toContain(why)
    await closed
  })

  test('over long polling and is refused gets the reason, and its session ends', async () => {
    const { sid, post } = await pollingSession()
    expect((await post('40{"token":""}')).status).toBe(200)
    expect(await (await poll(`&sid=${sid}`)).text()).toContain('Authentication required')
    await expect.poll(transports).toBe(0)
    expect((await poll(`&sid=${sid}`)).status).toBe(400)
  })

  test('and is refused can join over a new connection, with the same plain client', async () => {
    const { accessToken } = await server.register(newName())
    const socket = io(`${server.url}/v1`, { auth: { protocol: 1 }, transports: ['websocket'], forceNew: true })
    const refused = await new Promise((resolve) => socket.once('connect_error', resolve))
    expect(refused).toMatchObject({ data: { code: 'unauthenticated' } })
    socket.auth = { protocol: 1, token: accessToken }
    const connected = new Promise<void>((resolve) => socket.once('connect', resolve))
    socket.connect()
    await connected
    socket.disconnect()
  })

  test('both namespaces over one connection is admitted to both', async () => {
    const { accessToken: token } = await server.register(newName())
    const { socket, next } = dial()
    await next('0')
    socket.send(`40/v1,${JSON.stringify({ token, protocol: 1 })}`)
    socket.send(`40${JSON.stringify({ token })}`)
    expect(await next('40/v1,')).toContain('sid')
    expect(await next('40{')).toContain('sid')
  })

  test('and sends many packets before it authenticates is closed', async () => {
    const { socket, next, closed } = dial({ path: '/io' })
    await next('0')
    socket.send('40')
    await next('40{')
    for (let i = 0; i < 100; i++) socket.send('42["room:join",{}]')
    await closed
  })

  test('and leaves all namespaces is closed', async () => {
    const { accessToken: token } = await server.register(newName())
    const { socket, next, closed } = dial()
    await next('0')
    socket.send(`40/v1,${JSON.stringify({ token, protocol: 1 })}`)
    await next('40/v1,')
    socket.send('41/v1,')
    await closed
  })
})

describe('A4: before signing in', () => {
  test('the connections of one address are limited, and those of others are not affected', async () => {
    const ana = await arrive(server)
    const raws = Array.from({ length: ofOneAddress }, () => dial())
    expect((await Promise.all(raws.map(({ next }) => next('0')))).every((frame) => frame.startsWith('0'))).toBe(true)
    const refused = dial()
    const [, response] = await new Promise<[unknown, import('node:http').IncomingMessage]>((resolve) =>
      refused.socket.once('unexpected-response', (...args) => resolve(args)),
    )
    expect([response.statusCode, response.headers['retry-after']]).toEqual([503, expect.stringMatching(/^\d+$/)])
    expect((await poll()).status).toBe(503)
    expect(await figure('parley_handshake_refusals_total{reason="address_full"}')).toBe(2)

    expect(await dial({ headers: from('203.0.113.2') }).next('0')).toMatch(/^0\{/)
    const bo: Person = await arrive(server)
    expect((await bo.ask('user.me', {})).user.id).toBe(bo.id)
    expect((await ana.ask('user.me', {})).user.id).toBe(ana.id)

    raws[0]?.socket.terminate()
    await expect.poll(() => dial().next('0')).toMatch(/^0\{/)
  })

  test('a connection that has signed in is not counted any more', async () => {
    const { accessToken: token } = await server.register(newName())
    const raws = Array.from({ length: 40 }, () => dial())
    for (const { socket, next } of raws) {
      await next('0')
      socket.send(`40/v1,${JSON.stringify({ token, protocol: 1 })}`)
    }
    await Promise.all(raws.map(({ next }) => next('40/v1,')))
    expect(await figure('parley_anonymous_connections')).toBe(0)
    expect(await transports()).toBe(40)
  })

  test('sessions of long polling are limited by address, and abandoned ones are dropped', async () => {
    const answers = await Promise.all(Array.from({ length: ofOneAddress + 50 }, () => poll()))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(ofOneAddress)
    expect(answers.filter(({ status }) => status === 503)).toHaveLength(50)
    expect(answers.find(({ status }) => status === 503)?.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await transports()).toBe(ofOneAddress)
    const { status } = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`, { headers: from('203.0.113.2') })
    expect(status).toBe(200)
  })

  test('how often one address begins long polling is limited, also if it leaves at once', async () => {
    const clock = stopClock()
    onTestFinished(clock.release)
    const beginAndLeave = async () => {
      const answer = await poll()
      if (answer.status !== 200) return answer.status
      const { sid } = JSON.parse((await answer.text()).slice(1))
      await poll(`&sid=${sid}`, { method: 'POST', body: '1' })
      return answer.status
    }
    for (let i = 0; i < beginnings.ofOneAddress; i++) expect(await beginAndLeave()).toBe(200)
    expect(await beginAndLeave()).toBe(503)
    await clock.pass(beginnings.inMs)
    expect(await beginAndLeave()).toBe(200)
    expect(await transports()).toBe(0)
  })

  test('websockets beside a session of long polling are counted, too, also those that do not replace it', async () => {
    const { sid } = await pollingSession()
    const beside = Array.from({ length: ofOneAddress - 1 }, () => dialSilently('/socket.io', `&sid=${sid}`))
    await Promise.all(beside.map(({ upgraded }) => upgraded))
    expect(await dial().next('0')).toBe('closed')
  })
})

describe('A4: in time', () => {
  const authenticateMs = 10_000
  let clock: StoppedClock
  beforeEach(async () => {
    await server.close()
    await start({ timing: { authenticateMs } })
    clock = stopClock()
  })
  afterEach(() => clock.release())

  test.each(['/socket.io', '/io'])('a websocket on %s that sends nothing at all is ended', async (path) => {
    const { upgraded, ended } = dialSilently(path)
    expect(await upgraded).toContain('101')
    await clock.pass(authenticateMs)
    await clock.pass(goodbyeMs)
    await ended
    await expect.poll(transports).toBe(0)
    expect(await figure('parley_anonymous_connections')).toBe(0)
    expect(await figure('parley_handshake_refusals_total{reason="authenticate_timeout"}')).toBe(1)
  })

  test('a session of long polling without requests is ended', async () => {
    const { sid } = await pollingSession()
    await clock.pass(authenticateMs)
    await clock.pass(goodbyeMs)
    await expect.poll(transports).toBe(0)
    expect((await poll(`&sid=${sid}`)).status).toBe(400)
  })

  test('a websocket beside a session of long polling that sends nothing is ended', async () => {
    const { sid } = await pollingSession()
    const { closed, socket } = dial({ query: `&sid=${sid}` })
    await new Promise((resolve) => socket.once('open', resolve))
    await clock.pass(authenticateMs)
    await clock.pass(goodbyeMs)
    await closed
    await expect.poll(() => figure('parley_anonymous_connections')).toBe(0)
  })

  test('a client that joins and does not authenticate is disconnected, whatever else it sends', async () => {
    const { socket, next, closed } = dial({ path: '/io' })
    await next('0')
    socket.send('40')
    await next('40{')
    await clock.pass(authenticateMs)
    expect(await next('41')).toBe('41')
    await closed
  })

  test('a client that has signed in stays', async () => {
    const ana = await arrive(server)
    // A database query that begins while the clock is stopped would count as too late when it goes on.
    await ana.settled()
    const { next, closed } = dial()
    await next('0')
    await clock.pass(authenticateMs)
    await closed
    expect((await ana.ask('user.me', {})).user.id).toBe(ana.id)
  })
})

describe('A4: a large packet', () => {
  const large = JSON.stringify(['user.me', { padding: 'x'.repeat(100_000) }])

  test('is not received before signing in', async () => {
    const { socket, next, closed } = dial({ path: '/io' })
    await next('0')
    socket.send('40')
    await next('40{')
    socket.send(`42${large}`)
    await closed
    const { sid, post } = await pollingSession()
    expect((await post(`42${large}`)).status).toBe(413)
    expect(sid).toBeTruthy()
  })

  test('is received afterwards, over a websocket', async () => {
    const ana = await arrive(server)
    expect(await ana.reply('user.me', { padding: 'x'.repeat(200_000) })).toMatchObject({
      ok: false,
      error: { code: 'invalid_input' },
    })
    expect(ana.socket.connected).toBe(true)
  })

  test.each([['polling'], ['polling', 'websocket']])('is received afterwards, over %s %s', async (...transports) => {
    const { accessToken: token } = await server.register(newName())
    const socket = io(server.url, { auth: { token }, transports, forceNew: true })
    await new Promise<void>((resolve) => socket.once('connect', resolve))
    const engine = socket.io.engine
    if (transports.length > 1 && engine.transport.name === 'polling') {
      await new Promise<void>((resolve) => engine.once('upgrade', () => resolve()))
    }
    const refused = new Promise((resolve) => socket.once('error', resolve))
    socket.emit('message:send', { roomId: 'x', content: 'x'.repeat(200_000) })
    expect(await refused).toMatchObject({ code: expect.any(String) })
    expect(socket.connected).toBe(true)
    socket.disconnect()
  })
})

describe('A4: bytes, which Parley never uses,', () => {
  const bytes = '{"_placeholder":true,"num":0}'

  test.each([
    ['an event that announces them', `451-["x",${bytes}]`],
    ['an answer that announces them', `461-1[${bytes}]`],
    ['bytes alone', Buffer.from('hello')],
  ])('of an anonymous client are not waited for: %s ends the connection', async (_, packet) => {
    const { socket, next, closed } = dial()
    await next('0')
    socket.send(packet)
    await closed
  })

  test.each([
    ['natively', '/v1,', `451-/v1,7["user.me",${bytes}]`, '43/v1,7', 'invalid_input'],
    ['in a dialect', '', `451-["message:send",${bytes}]`, '42["error"', 'SEND_FAILED'],
  ])('of a client that is signed in %s are not waited for: the refusal comes at once', async (...given) => {
    const [, namespace, packet, prefix, code] = given
    const { accessToken: token } = await server.register(newName())
    const { socket, next, closed } = dial()
    await next('0')
    socket.send(`40${namespace}${JSON.stringify({ token, protocol: 1 })}`)
    await next(`40${namespace}`)
    socket.send(packet)
    expect(await next(prefix)).toContain(code)
    socket.send(Buffer.alloc(100_000))
    socket.send(`42${namespace}8["user.me",{}]`)
    if (namespace !== '') expect(await next('43/v1,8')).toContain('"ok":true')
    socket.send(Buffer.from('more than was announced'))
    await closed
  })

  test('announced again and again end the connection', async () => {
    const { accessToken: token } = await server.register(newName())
    const { socket, next, closed } = dial()
    await next('0')
    socket.send(`40/v1,${JSON.stringify({ token, protocol: 1 })}`)
    await next('40/v1,')
    for (let i = 0; i < 11; i++) socket.send(`451-/v1,["user.me",${bytes}]`)
    await closed
  })

  test('are not waited for over long polling', async () => {
    const { sid, post } = await pollingSession()
    await post(`451-["x",${bytes}]`)
    // Engine.IO's packet of type 1 closes the session.
    expect(await (await poll(`&sid=${sid}`)).text()).toMatch(/1$/)
    expect((await poll(`&sid=${sid}`)).status).toBe(400)
    expect(await transports()).toBe(0)
  })
})
