import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { ParleyOptions } from '../../parley-options.ts'
import { createParley, type Parley } from '../../server.ts'
import { createHostApplication, type HostApplication, rightAnswers } from '../../testing/hosts/host-application.ts'
import { dialRaw } from '../../testing/raw-socket.ts'

const log = pino({ level: 'silent' })
let dataDir: string
let parleys: Parley[]
let host: HostApplication
let url: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  parleys = []
  host = createHostApplication()
})
afterEach(async () => {
  await Promise.all(parleys.map((parley) => parley.close()))
  host.close()
  await rm(dataDir, { recursive: true, force: true })
})

async function parleyOf(options: Partial<ParleyOptions> = {}): Promise<Parley> {
  const parley = await createParley({ dataDir: join(dataDir, `${parleys.length}`), log, ...options })
  parleys.push(parley)
  return parley
}

const textOf = async (path: string) => (await fetch(url + path)).text()

/** The status of a request that asks to upgrade to what nobody speaks, or a websocket that nobody has. */
async function statusOf(path: string, upgrade: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'
  socket.on('error', () => {})
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\n${key}\r\n`)
  const heard = await Promise.race([once(socket, 'data'), once(socket, 'close')])
  socket.destroy()
  return String(heard[0]).split(' ')[1] ?? 'closed'
}

describe.each(['before', 'after'])('Parley attached %s the host adds its own sockets', (order) => {
  let parley: Parley
  let emit: unknown

  beforeEach(async () => {
    emit = host.httpServer.emit
    parley = await parleyOf()
    if (order === 'before') parley.attach(host.httpServer)
    host.addSockets()
    if (order === 'after') parley.attach(host.httpServer)
    url = await host.listen()
  })

  test('C1, M1: works beside them below a path of its own, and leaves the host unchanged once it is closed', async () => {
    expect(await host.answers()).toEqual(rightAnswers)
    for (const path of ['/docs/api', '/metrics', '/chat/rooms', '/'])
      expect(await textOf(path)).toBe(`the host answers ${path}`)
    const unwanted = ['/docs/api', '/metrics', '/chat/rooms', '/api/conversations', '/api/chat/conversations', '/']
    const statuses = unwanted.map(async (path) => [path, (await fetch(`${url}/parley${path}`)).status])
    expect(await Promise.all(statuses)).toEqual(unwanted.map((path) => [path, 404]))
    expect(await dialRaw(`${url}/parley`).next('0')).toMatch(/^0\{/)
    expect(await dialRaw(`${url}/parley`, { path: '/io' }).next('0')).toMatch(/^0\{/)
    expect((await fetch(`${url}/parley/api/v1/users/me`)).status).toBe(401)
    expect(await statusOf('/parley/api/v1/users/me', 'h2c')).toBe('401')

    await parley.close()
    expect(await host.answers()).toEqual(rightAnswers)
    expect(await textOf('/parley/api/v1/users')).toBe('the host answers /parley/api/v1/users')
    expect(host.httpServer.emit).toBe(emit)
  })

  test('stays up when clients request upgrades that nobody serves', async () => {
    const paths = [
      '/parley',
      '/parley/',
      '/parley/socket.io',
      '/parley/api/v1/users/me',
      '/parley/../live',
      '//',
      '/%00',
    ]
    const asked = ['websocket', 'h2c', 'TLS/1.0', 'websocket, h2c', '\u00ff'].flatMap((upgrade) =>
      paths.map((path) => [path, upgrade] as const),
    )
    for (const [path, upgrade] of asked) expect(await statusOf(path, upgrade)).toMatch(/^\d{3}$|closed/)
    expect(await statusOf('/parley/elsewhere', 'websocket')).toBe('404')
    expect(await host.answers()).toEqual(rightAnswers)
  })
})

test('a websocket server of the host that refuses all paths but its own does not disturb ours', async () => {
  const parley = await parleyOf()
  parley.attach(host.httpServer)
  new WebSocketServer({ server: host.httpServer, path: '/live' }).on('connection', (socket) => socket.send('live'))
  url = await host.listen()
  const [word] = await once(new WebSocket(`${url.replace('http', 'ws')}/live`), 'message')
  expect(String(word)).toBe('live')
  expect(await dialRaw(`${url}/parley`).next('0')).toMatch(/^0\{/)
})

test('several Parley servers can share one host under different paths, but not under the same one', async () => {
  url = await host.listen()
  const [one, other, late] = [await parleyOf(), await parleyOf({ basePath: '/second/chat/' }), await parleyOf()]
  one.attach(host.httpServer)
  other.attach(host.httpServer)
  expect(() => late.attach(host.httpServer)).toThrow('A Parley server is attached to this HTTP server at /parley, and')
  for (const path of ['/parley', '/second/chat']) {
    expect(await dialRaw(url + path).next('0')).toMatch(/^0\{/)
    expect((await fetch(`${url}${path}/api/v1/users/me`)).status).toBe(401)
  }
  // The first to come is the first to go, while the other one stands around it.
  await one.close()
  expect(await textOf('/parley/api/v1/users/me')).toBe('the host answers /parley/api/v1/users/me')
  expect(await dialRaw(`${url}/second/chat`).next('0')).toMatch(/^0\{/)
  late.attach(host.httpServer)
  expect(await dialRaw(`${url}/parley`).next('0')).toMatch(/^0\{/)
})

test.each([
  ['/parley', '/parley/chat'],
  ['/parley/chat', '/parley'],
  ['/', '/api'],
  ['/api', '/'],
  ['/', '/io'],
  ['/', '/docs'],
  ['/', '/api/messages'],
  ['/', '/'],
])('a server at %s excludes another one at %s, whose paths it uses', async (first, second) => {
  const options = { pages: ['docs'], dialects: ['pern'] } as const
  const [one, other] = [
    await parleyOf({ basePath: first, ...options }),
    await parleyOf({ basePath: second, ...options }),
  ]
  one.attach(host.httpServer)
  const sentence = `at ${first}, and uses paths of one at ${second}: give this one a basePath apart from it`
  expect(() => other.attach(host.httpServer)).toThrow(sentence)
  url = await host.listen()
  const place = first === '/' ? url : url + first
  expect((await fetch(`${place}/api/v1/users/me`)).status).toBe(401)
  expect(await dialRaw(place).next('0')).toMatch(/^0\{/)
  await one.close()
  expect(() => other.attach(host.httpServer)).not.toThrow()
})

test.each([
  ['/', '/parley'],
  ['/parley', '/'],
  ['/', '/docs'],
  ['/parley', '/parley-2'],
])('servers at %s and %s, which use different paths, can share one host', async (...basePaths) => {
  for (const basePath of basePaths) (await parleyOf({ basePath })).attach(host.httpServer)
  url = await host.listen()
  for (const basePath of basePaths) {
    const place = basePath === '/' ? url : url + basePath
    expect((await fetch(`${place}/api/v1/users/me`)).status).toBe(401)
    expect(await dialRaw(place).next('0')).toMatch(/^0\{/)
    expect(await dialRaw(place, { path: '/io' }).next('0')).toMatch(/^0\{/)
  }
})

test('a host’s close() closes our sockets too, and Parley can be attached to it again', async () => {
  const authenticate = ({ headers }: { headers: IncomingHttpHeaders }) =>
    headers.cookie === 'sid=1' ? { id: '1', username: 'ana' } : null
  const parley = await parleyOf({ authenticate, dialects: ['rooms'] })
  const { close, emit } = host.httpServer
  parley.attach(host.httpServer)
  url = await host.listen()
  const signedIn = dialRaw(`${url}/parley`, { headers: { cookie: 'sid=1' } })
  await signedIn.next('0')
  signedIn.socket.send('40/v1,{"protocol":1}')
  await signedIn.next('40/v1,')
  const nobody = dialRaw(`${url}/parley`)
  await nobody.next('0')
  const poll = await textOf('/parley/socket.io/?EIO=4&transport=polling')
  const { sid } = JSON.parse(poll.slice(1))
  const polling = textOf(`/parley/socket.io/?EIO=4&transport=polling&sid=${sid}`).catch(() => 'cut off')

  await new Promise((closed) => host.httpServer.close(closed))
  await Promise.all([signedIn.closed, nobody.closed, polling])
  await expect.poll(() => host.httpServer.emit).toBe(emit)
  expect(host.httpServer.close).toBe(close)
  parley.attach(host.httpServer)
  url = await host.listen()
  expect(await dialRaw(`${url}/parley`).next('0')).toMatch(/^0\{/)
  expect((await fetch(`${url}/parley/api/v1/users/me`)).status).toBe(401)
})

test.each(['chat', '/a b', '/chat?x', '//', 'https://example.org'])(
  'the base path %j is refused, unless it is “//”',
  async (basePath) => {
    const isFound = basePath === '//'
    const made = parleyOf({ basePath })
    if (isFound) expect(await made).toBeDefined()
    else await expect(made).rejects.toThrow('basePath must be a path such as /chat')
  },
)

test('the host’s authenticate() receives the original request', async () => {
  const seen = new Set<string | undefined>()
  const authenticate = ({ request }: { request?: IncomingMessage }) => {
    seen.add(request?.headers.cookie)
    return request?.headers.cookie === 'sid=1' ? { id: '1', username: 'ana' } : null
  }
  const place = await (await parleyOf({ authenticate })).listen(0)
  expect((await fetch(`${place}/api/v1/users/me`, { headers: { cookie: 'sid=1' } })).status).toBe(200)
  const { socket, next } = dialRaw(place, { headers: { cookie: 'sid=1' } })
  await next('0')
  socket.send('40/v1,{"protocol":1}')
  expect(await next('40/v1,')).toContain('sid')
  expect([...seen]).toEqual(['sid=1'])
})

test.each(['/chat', '/second/chat'])('a page at the base path %s without a slash moves below it', async (basePath) => {
  const parley = await parleyOf({ basePath })
  parley.attach(host.httpServer)
  url = await host.listen()
  for (const query of ['', '?a=1?b&c=%C3%BC']) {
    const { status, headers } = await fetch(url + basePath + query, { redirect: 'manual' })
    // A relative address, because a proxy may have put the host's application below a path of its own.
    expect([status, headers.get('location')]).toEqual([308, `chat/${query}`])
  }
  expect(await textOf(`${basePath}ter?a=1`)).toBe(`the host answers ${basePath}ter?a=1`)
})

test('with a base path, a server that listens itself serves the app and its files below that path', async () => {
  const webRoot = join(dataDir, 'web')
  await mkdir(join(webRoot, 'assets'), { recursive: true })
  await writeFile(join(webRoot, 'index.html'), '<script src="./assets/app.js"></script>')
  await writeFile(join(webRoot, 'assets', 'app.js'), 'app()')
  const place = await (await parleyOf({ basePath: '/chat', webRoot })).listen(0)
  expect(place).toMatch(/:\d+\/chat$/)
  for (const path of ['', '?from=mail', '/', '/c/1', '/c/1/']) {
    const page = await fetch(place + path)
    const file = (await page.text()).match(/src="([^"]+)"/)?.[1] ?? ''
    expect(await (await fetch(new URL(file, page.url))).text()).toBe('app()')
  }
  const { origin } = new URL(place)
  expect(await (await fetch(origin)).text()).toBe('Parley is at /chat/.\n')
  expect((await fetch(`${origin}/api/v1/users/me`)).status).toBe(404)
  expect((await fetch(`${place}/docs/api`)).status).toBe(200)
})
