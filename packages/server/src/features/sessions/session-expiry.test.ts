import type { Reply, SignedIn } from '@parley/protocol'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { arrive, enter, newName, settled } from '../../testing/people.ts'
import { stopClock } from '../../testing/stopped-clock.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

let server: TestServer
afterEach(async () => {
  vi.useRealTimers()
  await server.close()
})

const post = async (path: string, body: unknown): Promise<Reply<SignedIn>> => {
  const response = await server.rest('POST', path, { body })
  return (await response.json()) as Reply<SignedIn>
}

const refresh = (refreshToken: string) => post('/sessions/refresh', { refreshToken })

const refreshed = async (signedIn: SignedIn): Promise<SignedIn> => {
  const reply = await refresh(signedIn.refreshToken)
  if (!reply.ok) throw new Error(reply.error.code)
  return reply.data
}

/** Moves the clock alone: what waits goes on waiting. */
const later = (milliseconds: number) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + milliseconds)
}

test('a socket is warned before its token expires, and is closed unless it is renewed', async () => {
  server = await startTestServer({ accessTokenSeconds: 20 })
  const clock = stopClock()
  onTestFinished(clock.release)
  const silent = await arrive(server)
  const renewed = await enter(server, silent.signedIn)
  await settled(silent, renewed)
  // A token ends at a whole second, so it lasts up to a second less than it says.
  await clock.pass(9_000)
  await settled(renewed)
  expect(renewed.all('session.expiring')).toEqual([])
  await clock.pass(1_000)
  expect(await renewed.heard('session.expiring')).toEqual({ expiresAt: silent.signedIn.expiresAt })
  const { accessToken, expiresAt } = await refreshed(silent.signedIn)
  expect(await renewed.ask('session.renew', { accessToken })).toEqual({ expiresAt })
  await clock.pass(10_000)
  expect(await silent.heard('session.ended')).toEqual({ reason: 'expired' })
  expect((await renewed.ask('user.me', {})).user).toEqual(silent.user)
})

test('a socket cannot be renewed with a token that is another user’s, invalid or expired', async () => {
  server = await startTestServer()
  const ana = await arrive(server)
  const bo = await server.register(newName('bo'))
  for (const accessToken of [bo.accessToken, 'rubbish', `${ana.signedIn.accessToken}x`]) {
    await expect(ana.ask('session.renew', { accessToken })).rejects.toMatchObject({ code: 'unauthenticated' })
  }
  later(11 * 60_000)
  const { accessToken: token } = await refreshed(ana.signedIn)
  const body = { accessToken: ana.signedIn.accessToken }
  expect((await server.rest('POST', '/sessions/renew', { token, body })).status).toBe(401)
  expect((await server.rest('POST', '/sessions/renew', { token, body: { accessToken: token } })).status).toBe(200)
})

test('an expired token is refused', async () => {
  server = await startTestServer()
  const ana = await server.register('ana')
  expect((await server.rest('GET', '/users/me', { token: ana.accessToken })).status).toBe(200)
  later(11 * 60_000)
  expect((await server.rest('GET', '/users/me', { token: ana.accessToken })).status).toBe(401)
  await expect(server.connect(ana)).rejects.toThrow()
})

test('a session ends if it is not used for the configured days, and each refresh extends it', async () => {
  server = await startTestServer({ sessionDays: 2 })
  const day = 24 * 60 * 60_000
  const ana = await server.register('ana')
  const bo = await server.register('bo')
  later(day * 1.5)
  const again = await refreshed(ana)
  later(day)
  expect((await refresh(again.refreshToken)).ok).toBe(true)
  expect(await refresh(bo.refreshToken)).toMatchObject({ ok: false, error: { code: 'unauthenticated' } })
})

test('the first account becomes administrator, exactly one even if several register at once', async () => {
  server = await startTestServer()
  const everybody = await Promise.all(['ana', 'bo', 'cleo'].map((name) => server.register(name)))
  expect(everybody.map(({ user }) => user.role).sort()).toEqual(['admin', 'user', 'user'])
})

test('with registration closed exactly one account, the first, can register', async () => {
  server = await startTestServer({ registration: 'closed' })
  const names = ['ana', 'bo', 'cleo', 'dan']
  const replies = await Promise.all(names.map((username) => post('/users', { username, password: 'a long password' })))
  const codes = replies.map((reply) => (reply.ok ? reply.data.user.role : reply.error.code))
  expect(codes.sort()).toEqual(['admin', 'registration_closed', 'registration_closed', 'registration_closed'])
  expect(await post('/users', { username: 'eve', password: 'a long password' })).toMatchObject({
    error: { code: 'registration_closed' },
  })
})
