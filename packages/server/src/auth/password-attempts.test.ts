import type { Reply, SignedIn } from '@parley/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { strangersOf, tally } from '../testing/strangers.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { defaultPasswordCost } from './passwords.ts'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer({ rateLimits: 'on', trustedProxies: ['loopback'], passwordCost: defaultPasswordCost })
})
afterEach(async () => {
  vi.useRealTimers()
  await server.close()
})

/** Hundreds of hashes, on whatever machine. */
const home = '203.0.113.1'
const { register, tryToRegister, signIn, refresh, guess } = strangersOf(() => server.url)
const codeOf = (reply: Reply<unknown>) => (reply.ok ? 'ok' : reply.error.code)

const nobodyAt =
  (address: string) =>
  (i: number): [string, string] => [`nobody${i}`, address]

const registerMany = async (count: number, addressOf: (i: number) => string) => {
  const people: SignedIn[] = []
  for (let i = 0; i < count; i++) people.push(await register(addressOf(i)))
  return people
}

/** A minute later by the clock; what waits goes on waiting. */
const aMinuteLater = () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + 60_001)
}

test('B1: five minutes of wrong passwords from one address sign nobody there out and do not lock out the account’s owner', async () => {
  const owner = await register(home)
  let neighbours = await registerMany(12, () => home)
  for (let minute = 0; minute < 5; minute++) {
    const guesses = tally(await guess(60, (i) => [i % 2 ? owner.user.username : `nobody${i}`, home]))
    expect(guesses.bad_credentials).toBeLessThanOrEqual(20)
    expect(guesses.rate_limited).toBeGreaterThanOrEqual(40)
    const replies = await Promise.all(neighbours.map(({ refreshToken }) => refresh(refreshToken, home)))
    expect(tally(replies)).toEqual({ ok: 12 })
    neighbours = replies.flatMap((reply) => (reply.ok ? [reply.data] : []))
    expect(codeOf(await signIn(owner.user.username, home, owner.deviceToken))).toBe('ok')
    aMinuteLater()
  }
})

test('B1: sixty people behind one address can refresh within a minute, even while somebody there guesses passwords', async () => {
  const people = await registerMany(60, (i) => `198.51.100.${i}`)
  await guess(30, nobodyAt(home))
  const replies = await Promise.all(people.map(({ refreshToken }) => refresh(refreshToken, home)))
  expect(tally(replies)).toEqual({ ok: 60 })
})

test('B1: sixty people behind one address can sign in at once, because right passwords do not use up guesses', async () => {
  const people = await registerMany(60, (i) => `198.51.100.${i}`)
  expect(tally(await Promise.all(people.map(({ user }) => signIn(user.username, home))))).toEqual({ ok: 60 })
  expect(tally(await guess(25, nobodyAt(home)))).toEqual({ bad_credentials: 20, rate_limited: 5 })
})

test('B1: once an address has no guesses left, only people and devices that were used there before can sign in', async () => {
  const [before, elsewhere] = [await register(home), await register('198.51.100.1')]
  await guess(30, nobodyAt(home))
  expect(codeOf(await signIn(before.user.username, home))).toBe('ok')
  expect(codeOf(await signIn(elsewhere.user.username, home))).toBe('rate_limited')
  expect(codeOf(await signIn(elsewhere.user.username, home, elsewhere.deviceToken))).toBe('ok')
  expect(codeOf(await signIn(elsewhere.user.username, '198.51.100.2'))).toBe('ok')
})

test('B1: after a refresh, an address counts as one that the person has used', async () => {
  const { user, refreshToken } = await register('198.51.100.1')
  expect(codeOf(await refresh(refreshToken, home))).toBe('ok')
  await guess(30, nobodyAt(home))
  expect(codeOf(await signIn(user.username, home))).toBe('ok')
})

test('B8: an account allows thirty guesses from all addresses together, and its owner can sign in from a known address', async () => {
  const { user, deviceToken } = await register(home)
  const guesses = await guess(312, (i) => [user.username, `198.51.${i % 100}.${Math.floor(i / 100)}`])
  expect(tally(guesses)).toEqual({ bad_credentials: 30, rate_limited: 282 })
  expect(codeOf(await signIn(user.username, home))).toBe('ok')
  expect(codeOf(await signIn(user.username, '192.0.2.1', deviceToken))).toBe('ok')
  expect(codeOf(await signIn(user.username, '192.0.2.2'))).toBe('rate_limited')
})

test('B8: a known device has its own limited budget of guesses, which does not affect others', async () => {
  const { user, deviceToken } = await register(home)
  const guesses = await guess(25, () => [user.username, home, deviceToken])
  expect(tally(guesses)).toEqual({ bad_credentials: 10, rate_limited: 15 })
  expect(codeOf(await signIn(user.username, home))).toBe('ok')
})

test('B8: a device token is worthless for another account, and so is a forged one', async () => {
  const [ana, eve] = [await register(home), await register('198.51.100.1')]
  const shown = [eve.deviceToken, `${ana.deviceToken?.slice(0, -3)}AAA`, 'x', '.']
  const guesses = await guess(80, (i) => [ana.user.username, `192.0.2.${i}`, shown[i % 4]])
  expect(tally(guesses)).toEqual({ bad_credentials: 30, rate_limited: 50 })
})

test('B1: the number of sign-ins with the right password is limited for each account', async () => {
  const [ana, bo] = [await register(home), await register(home)]
  const replies = []
  for (let i = 0; i < 40; i++) replies.push(await signIn(ana.user.username, home, ana.deviceToken))
  expect(tally(replies)).toEqual({ ok: 30, rate_limited: 10 })
  expect(codeOf(await signIn(bo.user.username, home, bo.deviceToken))).toBe('ok')
  expect(codeOf(await signIn(bo.user.username, home))).toBe('ok')
})

test('B8: all devices of an account together share one limit of sign-ins with the right password', async () => {
  const [ana, bo] = [await register(home), await register(home)]
  const devices = [ana.deviceToken]
  for (let i = 0; i < 3; i++) {
    const reply = await signIn(ana.user.username, home)
    devices.push(reply.ok ? reply.data.deviceToken : undefined)
  }
  const replies = []
  for (let i = 0; i < 40; i++) replies.push(await signIn(ana.user.username, home, devices[i % 4]))
  expect(tally(replies)).toEqual({ ok: 30, rate_limited: 10 })
  expect(codeOf(await signIn(ana.user.username, home))).toBe('ok')
  expect(codeOf(await signIn(bo.user.username, home, bo.deviceToken))).toBe('ok')
})

test('B1: while guesses fill the queue for hashing passwords, a known device can sign in', async () => {
  const { user, deviceToken } = await register(home)
  const flood = guess(100, (i) => [`nobody${i}`, `198.51.100.${i}`])
  const replies = await Promise.all(Array.from({ length: 4 }, () => signIn(user.username, home, deviceToken)))
  expect(tally(replies)).toEqual({ ok: 4 })
  expect(tally(await flood).unavailable).toBeGreaterThan(0)
})

test('B1: the answers to guesses do not reveal whether an account exists or was used from this address', async () => {
  const { user } = await register(home)
  const answerFor = async (username: string) => {
    const [reply] = await guess(1, () => [username, home])
    if (!reply || reply.ok) throw new Error('the guess was right')
    const { retryAfterMs, requestId: _, ...error } = reply.error
    return { ...error, waits: typeof retryAfterMs }
  }
  const codes = new Set<string>()
  for (let i = 0; i < 12; i++) {
    const answer = await answerFor(user.username)
    expect(await answerFor('nobody')).toEqual(answer)
    codes.add(answer.code)
  }
  expect([...codes]).toEqual(['bad_credentials', 'rate_limited'])
})

test('B1: registrations have their own budget, so that a flood of them prevents nobody from signing in', async () => {
  const { user, refreshToken } = await register('198.51.100.1')
  const flood = Array.from({ length: 30 }, (_, i) => tryToRegister(`flood${i}`, home))
  expect(tally(await Promise.all(flood))).toEqual({ ok: 20, rate_limited: 10 })
  expect(codeOf(await signIn(user.username, home))).toBe('ok')
  expect(codeOf(await refresh(refreshToken, home))).toBe('ok')
})

test('B1: invented refresh tokens count against the address and not against the session', async () => {
  const { user, sessionId, refreshToken } = await register(home)
  const replies = await Promise.all(Array.from({ length: 120 }, (_, i) => refresh(`${sessionId}.${i}`, home)))
  expect(tally(replies)).toEqual({ unauthenticated: 100, rate_limited: 20 })
  expect(codeOf(await refresh(refreshToken, home))).toBe('ok')
  expect(codeOf(await signIn(user.username, home))).toBe('ok')
})

test.each([
  ['an object', { refreshToken: {} }],
  ['an object that is no text', { refreshToken: { toString: 1, valueOf: 1 } }],
  ['a list of such', { refreshToken: [[{ toString: 'x' }]] }],
])('B1: a refresh token that is %s is refused as invalid input and counts against the budget', async (_, body) => {
  const ask = () => refresh(body.refreshToken as unknown as string, home)
  const replies = await Promise.all(Array.from({ length: 110 }, ask))
  expect(tally(replies)).toEqual({ invalid_input: 100, rate_limited: 10 })
})

test('B1: each session has its own budget of refreshes, also behind the same address', async () => {
  const [ana, bo] = [await register(home), await register(home)]
  const replies = await Promise.all(Array.from({ length: 40 }, () => refresh(ana.refreshToken, home)))
  expect(tally(replies)).toEqual({ ok: 30, rate_limited: 10 })
  expect(codeOf(await refresh(bo.refreshToken, home))).toBe('ok')
})
