import { describe, expect, test } from 'vitest'
import { startTestServer } from '../testing/test-server.ts'
import { createIsOurs } from './web.ts'

describe('pages of other sites', () => {
  const seen = async (allowedOrigins: string[], origin: string) => {
    const server = await startTestServer({ allowedOrigins })
    const paths = ['/healthz', '/socket.io/?EIO=4&transport=polling', '/io/?EIO=4&transport=polling']
    const answers = await Promise.all(paths.map((path) => fetch(server.url + path, { headers: { origin } })))
    await server.close()
    return answers.map((answer) => answer.headers.get('access-control-allow-origin'))
  }

  test('may read answers if their origin is allowed', async () => {
    const origin = 'https://app.example'
    expect(await seen([origin], origin)).toEqual([origin, origin, origin])
    expect(await seen(['*'], origin)).toEqual(['*', '*', '*'])
  })

  test('may not read answers otherwise', async () => {
    expect(await seen([], 'https://evil.example')).toEqual([null, null, null])
    expect(await seen(['https://app.example'], 'https://evil.example')).toEqual([null, null, null])
  })
})

test('on a host’s server, Parley serves only its API and the pages that were asked for', () => {
  const isOurs = createIsOurs({ dialects: [], pages: ['health'] })
  expect(['/', '/?a=1', '/chat/rooms', '/docs/api', '/metrics', '/api/v10'].filter(isOurs)).toEqual([])
  expect(['/api/v1', '/api/v1/users?a=1', '/healthz'].filter((path) => !isOurs(path))).toEqual([])
})
