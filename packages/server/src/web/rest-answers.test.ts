import type { Reply } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { arrive, type Person } from '../testing/people.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let ana: Person
beforeAll(async () => {
  server = await startTestServer({ allowedOrigins: ['https://friend.example'] })
  ana = await arrive(server, 'ana')
})
afterAll(() => server.close())

describe('an answer', () => {
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${ana.signedIn.accessToken}`, ...headers } })

  test('is never cached and has headers that prevent any other use', async () => {
    for (const path of ['/api/v1/users/me', '/api/v1/nothing']) {
      const { headers } = await get(path)
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'content-type': expect.stringMatching(/^application\/json/),
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringMatching(/default-src 'none'/),
        'referrer-policy': 'no-referrer',
      })
    }
  })

  test('may be read by pages of allowed origins only', async () => {
    const allowed = async (Origin: string) =>
      (await get('/api/v1/users/me', { Origin })).headers.get('access-control-allow-origin')
    expect(await allowed('https://friend.example')).toBe('https://friend.example')
    expect(await allowed('https://evil.example')).toBeNull()
    expect(await allowed('https://friend.example.evil.example')).toBeNull()
  })

  test('to a request that is too large closes the connection', async () => {
    const headers = { authorization: `Bearer ${ana.signedIn.accessToken}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ name: 'x'.repeat(300_000) })
    const response = await fetch(`${server.url}/api/v1/conversations`, { method: 'POST', headers, body })
    expect(response.headers.get('connection')).toBe('close')
    expect((await response.json()) as Reply<unknown>).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
  })
})

test('/healthz and /readyz answer 200', async () => {
  const [alive, ready] = await Promise.all(['/healthz', '/readyz'].map((path) => fetch(server.url + path)))
  expect([alive?.status, ready?.status]).toEqual([200, 200])
  expect(await ready?.json()).toEqual({ status: 'ok', checks: { database: 'ok' } })
})
