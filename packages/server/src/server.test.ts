import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Message, Reply } from '@parley/protocol'
import pino from 'pino'
import { io } from 'socket.io-client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createParley, type Parley } from './server.ts'
import { knock } from './testing/knock.ts'
import { arrive, enter, openRoom, type Person, say } from './testing/people.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

interface Answer {
  epoch: string
  messages: Message[]
}

async function read(server: TestServer, method: string, path: string, { signedIn }: Person): Promise<Answer> {
  const response = await server.rest(method, path, { token: signedIn.accessToken })
  const reply = (await response.json()) as Reply<Answer>
  if (!reply.ok) throw new Error(reply.error.code)
  return reply.data
}

describe('on a host’s own HTTP server', () => {
  let host: Server
  let parley: Parley
  let url: string
  beforeEach(async () => {
    host = createServer((request, response) => response.end(`host ${request.method} ${request.url}`))
    const chat = new WebSocketServer({ noServer: true })
    host.on('upgrade', (request, socket, head) => {
      if (request.url === '/live') chat.handleUpgrade(request, socket, head, (live) => live.send('host live'))
    })
    parley = await createParley({
      dataDir,
      basePath: '/',
      pages: ['docs'],
      log: pino({ level: 'silent' }),
      authenticate: ({ token }) => (token ? { id: token, username: token } : null),
    })
    parley.attach(host)
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`
  })
  afterEach(async () => {
    await parley.close()
    host.closeAllConnections()
    await new Promise((resolve) => host.close(resolve))
  })

  const me = () => fetch(`${url}/api/v1/users/me`, { headers: { authorization: 'Bearer ana' } })
  const live = () =>
    new Promise<string>((resolve, reject) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/live`)
      socket.once('message', (data) => {
        resolve(String(data))
        socket.close()
      })
      socket.once('error', reject)
    })

  test('a second Parley is refused: two that answer one upgrade would end the process', async () => {
    expect(() => parley.attach(host)).toThrow(/attached/)
    const log = pino({ level: 'silent' })
    const other = await createParley({ dataDir: join(dataDir, 'other'), basePath: '/', log })
    expect(() => other.attach(host)).toThrow(/attached/)
    await other.close()
    expect(await knock(url, { token: 'ana', protocol: 1 })).toBeUndefined()
    expect(await live()).toBe('host live')
  })

  test('Parley answers its own requests and sockets', async () => {
    expect(await (await me()).json()).toMatchObject({ data: { user: { id: 'ana' } } })
    expect((await fetch(`${url}/docs/api`)).status).toBe(200)
    expect(await (await fetch(`${url}/chat/rooms`)).text()).toContain('host')
    expect(await knock(url, { token: 'ana', protocol: 1 })).toBeUndefined()
    expect(await knock(url, { protocol: 1 })).toMatchObject({ code: 'unauthenticated' })
  })

  test.each([
    '/',
    '/chat',
    '/chat/',
    '/chat/settings',
    '/chatter/rooms',
    '/api',
    '/api/v10/users/me',
    '/api/v2',
    '/healthz',
    '/readyz',
    '/metrics',
    '/docs',
    '/index.html?next=/api/v1',
    '/io',
    '/users/me',
  ])('the host answers %s, as before', async (path) => {
    const response = await fetch(url + path)
    expect(await response.text()).toBe(`host GET ${path}`)
    expect(response.headers.get('content-security-policy')).toBeNull()
    expect(await (await fetch(url + path, { method: 'POST', body: 'x' })).text()).toBe(`host POST ${path}`)
  })

  test('the host’s own websockets work, as before', async () => {
    expect(await live()).toBe('host live')
  })

  test('when Parley is closed, the host goes on without it', async () => {
    const socket = io(`${url}/v1`, {
      auth: { token: 'ana', protocol: 1 },
      transports: ['websocket'],
      reconnection: false,
    })
    await new Promise((resolve) => socket.once('connect', () => resolve(undefined)))
    const ended = new Promise((resolve) => socket.once('disconnect', resolve))
    await parley.close()
    await ended
    expect(await (await me()).text()).toBe('host GET /api/v1/users/me')
    expect(await (await fetch(url)).text()).toBe('host GET /')
    expect(await live()).toBe('host live')
    const handshake = '/socket.io/?EIO=4&transport=polling'
    expect(await (await fetch(url + handshake)).text()).toBe(`host GET ${handshake}`)
  })
})

describe('started again', () => {
  test('it has the same history, and accepts the same tokens', async () => {
    const first = await startTestServer({ dataDir })
    const ana = await arrive(first)
    const conversationId = await openRoom(ana)
    const message = await say(ana, conversationId)
    const { epoch } = await read(first, 'POST', '/sync', ana)
    await first.close()

    const second = await startTestServer({ dataDir })
    const again = await enter(second, ana.signedIn)
    const { messages } = await read(second, 'GET', `/conversations/${conversationId}/messages`, ana)
    expect(messages).toEqual([message])
    expect((await read(second, 'POST', '/sync', ana)).epoch).toBe(epoch)
    expect((await say(again, conversationId)).seq).toBe(2)
    await second.close()
  })

  test('it has a secret that only its owner can read, and that was made once', async () => {
    await (await startTestServer({ dataDir })).close()
    const file = join(dataDir, 'token-secret')
    const secret = await readFile(file, 'utf8')
    expect(secret.trim().length).toBeGreaterThanOrEqual(43)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await (await startTestServer({ dataDir })).close()
    expect(await readFile(file, 'utf8')).toBe(secret)
  })

  test.each(['', 'too short'])('it refuses the secret %j, stored or given', async (secret) => {
    await (await startTestServer({ dataDir })).close()
    await writeFile(join(dataDir, 'token-secret'), secret)
    await expect(startTestServer({ dataDir })).rejects.toThrow(/too short/)
    await expect(startTestServer({ dataDir, tokenSecret: secret })).rejects.toThrow(/too short/)
  })

  test('with another secret it accepts no earlier token', async () => {
    const first = await startTestServer({ dataDir, tokenSecret: 'a secret that is long enough for this' })
    const { accessToken: token } = await first.register('ana')
    expect((await first.rest('GET', '/users/me', { token })).status).toBe(200)
    await first.close()
    const second = await startTestServer({ dataDir, tokenSecret: 'another secret that is also long enough' })
    expect((await second.rest('GET', '/users/me', { token })).status).toBe(401)
    await second.close()
  })
})

describe('closing', () => {
  test('answers the operations that were begun', async () => {
    const server = await startTestServer({ dataDir })
    const ana = await arrive(server)
    const conversationId = await openRoom(ana)
    let acknowledged = 0
    const sends = Array.from({ length: 50 }, (_, i) => say(ana, conversationId, `${i}`).then(() => acknowledged++))
    await sends[0]
    await server.close()
    const again = await startTestServer({ dataDir })
    const { messages } = await read(again, 'GET', `/conversations/${conversationId}/messages?limit=100`, ana)
    expect(messages.length).toBeGreaterThanOrEqual(acknowledged)
    expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, index) => index + 1))
    await again.close()
  })

  test('goes on if the connections cannot be closed, and reports it at the end', async () => {
    const log = pino({ level: 'silent' })
    const parley = await createParley({ dataDir, log, authenticate: () => ({ id: 'ana', username: 'ana' }) })
    const url = await parley.listen(0)
    const socket = io(`${url}/v1`, { auth: { protocol: 1 }, transports: ['websocket'], reconnection: false })
    await new Promise((resolve) => socket.once('connect', () => resolve(undefined)))
    // The class of the server's websockets; the client has a copy of its own.
    vi.spyOn(WebSocket.prototype, 'close').mockImplementationOnce(() => {
      throw new Error('the network fails')
    })
    const ended = new Promise((resolve) => socket.once('disconnect', resolve))
    await expect(parley.close()).rejects.toThrow('the network fails')
    await (await createParley({ dataDir, log })).close()
    await ended
  })

  test('twice is the same as closing once', async () => {
    const parley = await createParley({ dataDir, log: pino({ level: 'silent' }) })
    await parley.listen(0)
    await Promise.all([parley.close(), parley.close()])
    await parley.close()
  })

  test('refuses to listen and to attach from then on, instead of never answering', async () => {
    const parley = await createParley({ dataDir, log: pino({ level: 'silent' }) })
    const listening = expect(parley.listen(0, 'localhost')).rejects.toThrow(/closed/)
    const closing = parley.close()
    await listening
    await expect(parley.listen(0)).rejects.toThrow(/closed/)
    await closing
    await expect(parley.listen(0)).rejects.toThrow(/closed/)
    expect(() => parley.attach(createServer())).toThrow(/closed/)
  })
})

test('an upgrade request on a path that is not Parley’s is closed', async () => {
  const server = await startTestServer({ dataDir })
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/elsewhere`)
  await expect(new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))).rejects.toThrow()
  await server.close()
})

describe('a start that fails at its very end', () => {
  const webRoot = '/there/is/no/such/folder'
  const log = pino({ level: 'silent' })

  test('leaves the data folder to the next one', async () => {
    await expect(createParley({ dataDir, log, webRoot })).rejects.toThrow(webRoot)
    const parley = await createParley({ dataDir, log })
    expect((await parley.health()).status).toBe('ok')
    await parley.close()
  })
})
