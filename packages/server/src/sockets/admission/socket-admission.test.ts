import { io } from 'socket.io-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { knock } from '../../testing/knock.ts'
import { arrive, enter, type Person } from '../../testing/people.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

const most = 50

let server: TestServer
let ana: Person
let others: Person[]
beforeAll(async () => {
  server = await startTestServer()
  ana = await arrive(server, 'ana')
  others = await Promise.all(Array.from({ length: most - 1 }, () => enter(server, ana.signedIn)))
})
afterAll(() => server.close())

/** Connects a foreign client; resolves with how it was refused, or with undefined if it was admitted. */
function foreign(path: string): Promise<string | undefined> {
  const auth = { token: ana.signedIn.accessToken }
  const socket = io(server.url, { path, auth, transports: ['websocket'], forceNew: true, reconnection: false })
  return new Promise<string | undefined>((resolve) => {
    socket.once('connect_error', ({ message }) => resolve(message))
    socket.once('unauthenticated', ({ message }) => resolve(message))
    socket.once('authenticated', () => resolve(undefined))
    socket.once('connect', () => (path === '/io' ? socket.emit('authenticate') : resolve(undefined)))
  }).finally(() => socket.disconnect())
}

test('the connections of one user are limited, in all vocabularies together, and those of others are not affected', async () => {
  const token = ana.signedIn.accessToken
  expect(await knock(server.url, { token, protocol: 1 })).toMatchObject({ code: 'rate_limited', retryAfterMs: 30_000 })
  expect(await foreign('/socket.io')).toBe('Too many connections')
  expect(await foreign('/io')).toBe('Too many connections!')
  const bo = await arrive(server, 'bo')
  expect((await bo.ask('user.me', {})).user.id).toBe(bo.id)
  expect((await ana.ask('user.me', {})).user.id).toBe(ana.id)

  others.pop()?.close()
  await expect.poll(() => foreign('/socket.io')).toBeUndefined()
  await expect.poll(() => foreign('/io')).toBeUndefined()
})
