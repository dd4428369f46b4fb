import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Credentials } from '../auth/authenticate.ts'
import { dialRaw } from '../testing/raw-socket.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

const authenticate = ({ headers }: Credentials) => (headers.cookie === 'sid=1' ? { id: '1', username: 'ana' } : null)
let server: TestServer
let behindProxy: TestServer
beforeAll(async () => {
  const allowedOrigins = ['https://Friend.example:443/', 'capacitor://localhost']
  server = await startTestServer({ authenticate, allowedOrigins })
  behindProxy = await startTestServer({ authenticate, trustedProxies: ['loopback'] })
})
afterAll(() => Promise.all([server.close(), behindProxy.close()]))

type Headers = Record<string, string>

const statusOf = ({ url }: TestServer, path: string, headers: Headers) =>
  new Promise<number | undefined>((resolve, reject) => {
    const sent = request(url + path, { headers: { cookie: 'sid=1', ...headers } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject).end()
  })

/** Whether a page gets in by REST, by long polling and by a websocket. */
async function isLetIn(to: TestServer, headers: Headers): Promise<boolean[]> {
  const { socket, next } = dialRaw(to.url, { headers })
  const opened = await next('0')
  socket.close()
  return [
    (await statusOf(to, '/api/v1/users/me', headers)) === 200,
    (await statusOf(to, '/socket.io/?EIO=4&transport=polling', headers)) === 200,
    opened !== 'closed',
  ]
}

const everywhere = [true, true, true]
const nowhere = [false, false, false]

describe('C4: a page of the requested host is accepted', () => {
  test.each([
    ['chat.example', 'https://chat.example'],
    ['chat.example:443', 'https://chat.example'],
    ['chat.example:80', 'http://chat.example'],
    ['Chat.Example', 'https://chat.example'],
    ['CHAT.EXAMPLE:443', 'https://chat.example'],
    ['chat.example:3000', 'http://chat.example:3000'],
    ['chat.example.:443', 'https://chat.example.'],
    ['127.0.0.1:80', 'http://127.0.0.1'],
    ['[::1]:3000', 'http://[::1]:3000'],
    ['[::1]:443', 'https://[::1]'],
  ])('Host: %s, Origin: %s', async (Host, Origin) => {
    expect(await isLetIn(server, { Host, Origin })).toEqual(everywhere)
  })
})

describe('a page of another host is refused', () => {
  test.each([
    ['chat.example', 'https://evil.example'],
    ['chat.example', 'https://chat.example.evil.example'],
    ['chat.example', 'https://chat.example:8443'],
    ['chat.example:8443', 'https://chat.example'],
    // The port of the other scheme is another port.
    ['chat.example:80', 'https://chat.example'],
    ['chat.example:443', 'http://chat.example'],
    // To a browser these are two sites.
    ['chat.example.', 'https://chat.example'],
    ['chat.example', 'https://chat.example/'],
    ['chat.example', 'https://evil.example@chat.example'],
    ['chat.example', 'https://chat.example https://evil.example'],
    ['chat.example', 'chat.example'],
    ['chat.example', 'null'],
    ['chat.example', 'file://'],
    ['chat.example', ''],
    ['null', 'null'],
    ['', 'https://chat.example'],
    ['chat.example:99999', 'https://chat.example:99999'],
    ['evil.example@chat.example', 'https://chat.example'],
    ['chat.example/evil.example', 'https://chat.example'],
    ['chat.example#', 'https://chat.example'],
    ['chat.example\\', 'https://chat.example'],
  ])('Host: %j, Origin: %j', async (Host, Origin) => {
    expect(await isLetIn(server, { Host, Origin })).toEqual(nowhere)
  })
})

describe('E13: without an Origin header', () => {
  const Host = 'chat.example'

  test('a page that the browser marks as cross-site is refused', async () => {
    expect(await isLetIn(server, { Host, 'Sec-Fetch-Site': 'cross-site' })).toEqual(nowhere)
  })

  test.each(['same-origin', 'same-site', 'none', ''])('Sec-Fetch-Site: %j is accepted', async (site) => {
    expect(await isLetIn(server, { Host, 'Sec-Fetch-Site': site })).toEqual(everywhere)
  })

  test('a program is accepted', async () => expect(await isLetIn(server, { Host })).toEqual(everywhere))
})

describe('allowed origins', () => {
  test('are compared in their normalised form', async () => {
    for (const Origin of ['https://friend.example', 'capacitor://localhost']) {
      expect(await isLetIn(server, { Host: 'chat.example', Origin })).toEqual(everywhere)
      const { headers } = await fetch(`${server.url}/healthz`, { headers: { Origin } })
      expect(headers.get('access-control-allow-origin')).toBe(Origin)
    }
    for (const Origin of ['http://friend.example', 'https://friend.example:8443', 'capacitor://friend.example']) {
      expect(await isLetIn(server, { Host: 'chat.example', Origin })).toEqual(nowhere)
    }
  })

  test.each(['friend.example', 'https://friend.example/app', 'https://*.friend.example/', 'https://', ''])(
    '%j is invalid and fails the start',
    async (origin) => {
      const started = startTestServer({ allowedOrigins: [origin] })
      await expect(started).rejects.toThrow('an origin is written as https://app.example')
    },
  )
})

describe('X-Forwarded-Host', () => {
  const Host = '10.0.0.7:3000'
  const Origin = 'https://chat.example'

  test('of a trusted proxy counts as the requested host', async () => {
    for (const forwarded of ['chat.example', 'Chat.Example:443', 'chat.example, 10.0.0.7:3000']) {
      expect(await isLetIn(behindProxy, { Host, Origin, 'X-Forwarded-Host': forwarded })).toEqual(everywhere)
    }
    expect(await isLetIn(behindProxy, { Host: 'chat.example', Origin })).toEqual(everywhere)
  })

  test('with another host refuses the page', async () => {
    for (const forwarded of ['evil.example', 'evil.example, chat.example', '', ',', 'chat.example/']) {
      expect(await isLetIn(behindProxy, { Host, Origin, 'X-Forwarded-Host': forwarded })).toEqual(nowhere)
    }
  })

  test.each(['https', 'HTTPS, http'])(
    'E13: with X-Forwarded-Proto: %s, a page loaded without TLS is refused',
    async (by) => {
      const asked = { Host, 'X-Forwarded-Host': 'chat.example', 'X-Forwarded-Proto': by }
      expect(await isLetIn(behindProxy, { ...asked, Origin })).toEqual(everywhere)
      expect(await isLetIn(behindProxy, { ...asked, Origin: 'http://chat.example' })).toEqual(nowhere)
      // Of anybody else it says nothing.
      expect(await isLetIn(server, { ...asked, Host: 'chat.example', Origin: 'http://chat.example' })).toEqual(
        everywhere,
      )
    },
  )

  test('E13: with X-Forwarded-Proto: http, pages with and without TLS are accepted', async () => {
    const asked = { Host: 'chat.example', 'X-Forwarded-Proto': 'http' }
    expect(await isLetIn(behindProxy, { ...asked, Origin })).toEqual(everywhere)
    expect(await isLetIn(behindProxy, { ...asked, Origin: 'http://chat.example' })).toEqual(everywhere)
  })

  test('of an untrusted sender is ignored', async () => {
    expect(await isLetIn(server, { Host, Origin, 'X-Forwarded-Host': 'chat.example' })).toEqual(nowhere)
  })
})
