import { request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialRaw } from '../testing/raw-socket.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

/** Every header as it lies on the wire, also one that comes twice. */
const headersOf = (path: string, method = 'GET') =>
  new Promise<[name: string, value: string][]>((resolve, reject) => {
    const sent = request(server.url + path, { method }, (response) => {
      response.resume()
      const { rawHeaders } = response
      resolve(
        rawHeaders.flatMap((name, at): [string, string][] =>
          at % 2 === 0 ? [[name.toLowerCase(), rawHeaders[at + 1] ?? '']] : [],
        ),
      )
    })
    sent.on('error', reject).end()
  })

const valuesOf = (headers: [string, string][], wanted: string) =>
  headers.flatMap(([name, value]) => (name === wanted ? value : []))

describe('E13: security headers', () => {
  test.each([
    '/healthz',
    '/api/v1/users/me',
    '/nothing',
    '/socket.io/?EIO=4&transport=polling',
    '/io/?EIO=4&transport=polling',
    // Refused by Engine.IO itself.
    '/socket.io/?EIO=4&transport=pigeon',
  ])('at %s contain X-Content-Type-Options exactly once', async (path) => {
    expect(valuesOf(await headersOf(path), 'x-content-type-options')).toEqual(['nosniff'])
  })

  test('allow pages the microphone and no other device', async () => {
    const [policy = ''] = valuesOf(await headersOf('/'), 'permissions-policy')
    expect(policy.split(', ')).toEqual(expect.arrayContaining(['microphone=(self)', 'camera=()', 'geolocation=()']))
  })

  test('require trusted types for scripts', async () => {
    const [policy = ''] = valuesOf(await headersOf('/'), 'content-security-policy')
    expect(policy).toContain("require-trusted-types-for 'script'")
  })
})

/** The first line that is answered to a request with these lines in its head. */
const statusOf = async (path: string, ...lines: string[]) => {
  const { hostname, port } = new URL(server.url)
  return new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    socket.setEncoding('latin1').once('data', (text) => {
      resolve(String(text).split('\r\n')[0] ?? '')
      socket.destroy()
    })
    socket.on('error', reject)
    socket.write([`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n'))
  })
}

const websocket = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
]

describe('E13: a request with two Host headers is refused', () => {
  test.each([
    ['/healthz', []],
    ['/socket.io/?EIO=4&transport=polling', []],
    ['/socket.io/?EIO=4&transport=websocket', websocket],
  ])('at %s', async (path, lines) => {
    expect(await statusOf(path, 'Host: chat.example', 'host: evil.example', ...lines)).toContain(' 400 ')
    expect(await statusOf(path, 'Host: chat.example', ...lines)).toMatch(/ (200|101) /)
  })
})

test('a websocket with one Host header still opens', async () => {
  const { socket, next } = dialRaw(server.url, {})
  expect(await next('0')).not.toBe('closed')
  socket.close()
})
