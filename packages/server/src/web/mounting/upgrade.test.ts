import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { createParley, type Parley } from '../../server.ts'
import { dialRaw } from '../../testing/raw-socket.ts'

let dataDir: string
let parley: Parley
let url: string
let httpServer: HttpServer | undefined

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  parley = await createParley({ dataDir, basePath: '/', log: pino({ level: 'silent' }) })
})
afterEach(async () => {
  await parley.close()
  httpServer?.closeAllConnections()
  httpServer?.close()
  httpServer = undefined
  await rm(dataDir, { recursive: true, force: true })
})

const h2c = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n'
const tls = 'Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n'
const websocket =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'

/** Sends these one after the other over one connection, and answers with status and body of each; `closed` if there was none. */
async function exchange(...requests: string[]): Promise<string[]> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  const answers: string[] = []
  for (const request of requests) {
    const answer = new Promise<string>((resolve) => {
      let heard = ''
      socket.on('close', () => resolve(heard || 'closed'))
      socket.on('data', function listen(data) {
        heard += data
        const [head = '', ...rest] = heard.split('\r\n\r\n')
        const body = rest.join('\r\n\r\n')
        const length = Number(head.match(/content-length: (\d+)/i)?.[1] ?? Number.NaN)
        const isWhole = Number.isNaN(length) ? body.endsWith('0\r\n\r\n') : body.length >= length
        if (!isWhole) return
        socket.off('data', listen)
        resolve(`${head.split(' ')[1]} ${body}`)
      })
    })
    const [now = '', ...later] = request.split('|')
    socket.write(now)
    for (const part of later) {
      await new Promise((resolve) => setImmediate(resolve))
      socket.write(part)
    }
    answers.push(await answer)
  }
  socket.destroy()
  return answers
}

const get = (path: string, headers: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`
const body = JSON.stringify({ username: 'ana', password: 'wrong password' })
/** The body comes in two pieces. */
const post = (path: string, headers: string, length = `Content-Length: ${body.length}`) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${length}\r\n${headers}\r\n${body.slice(0, 20)}|${body.slice(20)}`

describe('C3: Parley on its own server', () => {
  beforeEach(async () => {
    url = await parley.listen(0)
  })

  test.each([
    ['h2c', h2c],
    ['TLS', tls],
  ])('ignores a request to upgrade to %s, answers normally and keeps the connection', async (_, asked) => {
    const [health, refused, again] = await exchange(
      get('/healthz', asked),
      post('/api/v1/sessions', asked),
      get('/healthz', asked),
    )
    expect(health).toMatch(/^200 .*"ok"/)
    expect(refused).toMatch(/^401 .*"ok":false/)
    expect(again).toMatch(/^200 /)
  })

  test('answers long polling that asks to upgrade to h2c', async () => {
    const [answer] = await exchange(get('/socket.io/?EIO=4&transport=polling', h2c))
    expect(answer).toMatch(/^200 .*"sid"/)
  })

  test.each(['/', '/api/v1/sessions', '/socket.io', '/elsewhere'])('answers 404 to a websocket at %s', async (path) => {
    const [answer] = await exchange(get(path, websocket))
    expect(answer).toMatch(/^404 .*There is no websocket here/)
  })

  test('accepts websockets on its socket paths', async () => {
    expect(await dialRaw(url).next('0')).toMatch(/^0\{/)
    expect(await dialRaw(url, { path: '/io' }).next('0')).toMatch(/^0\{/)
  })
})

/** As Node before 24.9, which asks nobody whether a request upgrades: it does where somebody listens. */
function forgetToAsk(server: HttpServer): void {
  Object.defineProperty(server, 'shouldUpgradeCallback', {
    get: () => () => server.listenerCount('upgrade') > 0,
    set: () => {},
  })
}

describe.each([
  ['with this version of Node', () => {}],
  ['with a version of Node before 24.9', forgetToAsk],
])('C3: on the server of a host, %s', (_, prepare) => {
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    let heard = ''
    request.on('data', (data) => {
      heard += data
    })
    request.on('end', () => response.end(`the host answers ${request.method} ${request.url} ${heard}`))
  }

  beforeEach(async () => {
    const server = createServer(answer)
    httpServer = server
    prepare(server)
    parley.attach(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })

  test.each([
    ['h2c', h2c],
    ['TLS', tls],
  ])('a request to upgrade to %s is ignored, and the request is answered', async (_, asked) => {
    const [host, posted, chunked, ours] = await exchange(
      get('/theirs', asked),
      post('/theirs', asked),
      `POST /chunked HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n${asked}\r\n5\r\nhello\r\n|5\r\nworld\r\n0\r\n\r\n`,
      post('/api/v1/sessions', asked),
    )
    expect(host).toMatch(/^200 .*the host answers GET \/theirs/)
    expect(posted).toContain(`the host answers POST /theirs ${body}`)
    expect(chunked).toContain('the host answers POST /chunked helloworld')
    expect(ours).toMatch(/^401 .*"ok":false/)
  })

  test('a websocket on a path without one is answered by the host’s routes', async () => {
    expect((await exchange(get('/theirs', websocket)))[0]).toContain('the host answers GET /theirs')
  })

  test('websockets of the host and of Parley are each handled by their own server', async () => {
    const theirs = new WebSocketServer({ noServer: true })
    httpServer?.on('upgrade', (request, socket, head) => {
      if (request.url !== '/theirs/?EIO=4&transport=websocket') return
      theirs.handleUpgrade(request, socket, head, (websocket) => websocket.send('0 the host'))
    })
    expect(await dialRaw(url, { path: '/theirs' }).next('0')).toBe('0 the host')
    expect(await dialRaw(url).next('0')).toMatch(/^0\{/)
    expect(await dialRaw(url, { path: '/io' }).next('0')).toMatch(/^0\{/)
    expect((await exchange(post('/api/v1/sessions', h2c)))[0]).toMatch(/^401 /)
  })

  test('after Parley is closed the host answers requests to upgrade, and another Parley can be attached', async () => {
    await parley.close()
    expect((await exchange(get('/theirs', h2c)))[0]).toContain('the host answers GET /theirs')
    expect((await exchange(get('/theirs', websocket)))[0]).toContain('the host answers GET /theirs')
    parley = await createParley({ dataDir, basePath: '/', log: pino({ level: 'silent' }) })
    if (httpServer) parley.attach(httpServer)
    for (const asked of [h2c, tls, websocket]) {
      expect((await exchange(get('/theirs', asked)))[0]).toContain('the host answers GET /theirs')
    }
    expect((await exchange(post('/api/v1/sessions', h2c)))[0]).toMatch(/^401 /)
    expect(await dialRaw(url).next('0')).toMatch(/^0\{/)
    expect(await dialRaw(url, { path: '/io' }).next('0')).toMatch(/^0\{/)
  })
})
