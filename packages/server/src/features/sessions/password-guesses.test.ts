import type { Reply, SignedIn } from '@parley/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newName } from '../../testing/people.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer({ rateLimits: 'on', trustedProxies: ['loopback'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await server.close()
})

const home = '203.0.113.1'
const passwordOf = (username: string) => `password of ${username}`

/** Asks from an address, as a trusted proxy tells it. */
const post = async (path: string, body: object, address: string): Promise<Reply<SignedIn>> => {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify(body),
  })
  return (await response.json()) as Reply<SignedIn>
}

const codeOf = (reply: Reply<unknown>) => (reply.ok ? 'ok' : reply.error.code)
const tally = (replies: Reply<unknown>[]) => {
  const counts: Record<string, number> = {}
  for (const reply of replies) counts[codeOf(reply)] = (counts[codeOf(reply)] ?? 0) + 1
  return counts
}

const register = async (address: string): Promise<SignedIn> => {
  const username = newName()
  const reply = await post('/users', { username, password: passwordOf(username) }, address)
  if (!reply.ok) throw new Error(reply.error.code)
  return reply.data
}

const signIn = (username: string, address: string, deviceToken?: string) =>
  post('/sessions', { username, password: passwordOf(username), deviceToken }, address)
const refresh = ({ refreshToken }: SignedIn, address: string) => post('/sessions/refresh', { refreshToken }, address)
const guess = (username: string, address: string, deviceToken?: string) =>
  post('/sessions', { username, password: 'a wrong guess', deviceToken }, address)
const guessMany = (count: number, usernameOf: (i: number) => string, addressOf: (i: number) => string) =>
  Promise.all(Array.from({ length: count }, (_, i) => guess(usernameOf(i), addressOf(i))))

/** A minute later by the clock; what waits goes on waiting. */
const aMinuteLater = () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + 60_001)
}

test('B1: a stranger who guesses at an address for five minutes signs nobody there out and keeps no owner out', async () => {
  const owner = await register(home)
  let neighbours = await Promise.all(Array.from({ length: 12 }, () => register(home)))
  for (let minute = 0; minute < 5; minute++) {
    const guesses = await guessMany(
      60,
      (i) => (i % 2 ? owner.user.username : `nobody${i}`),
      () => home,
    )
    expect(tally(guesses).bad_credentials).toBeLessThanOrEqual(20)
    expect(tally(guesses).rate_limited).toBeGreaterThanOrEqual(40)
    const replies = await Promise.all(neighbours.map((neighbour) => refresh(neighbour, home)))
    expect(tally(replies)).toEqual({ ok: 12 })
    neighbours = replies.flatMap((reply) => (reply.ok ? [reply.data] : []))
    expect(codeOf(await signIn(owner.user.username, home, owner.deviceToken))).toBe('ok')
    aMinuteLater()
  }
})

test('B1: sixty people behind one address refresh within a minute, also where somebody guesses', async () => {
  const people: SignedIn[] = []
  for (let i = 0; i < 60; i++) people.push(await register(`198.51.100.${i}`))
  await guessMany(
    30,
    (i) => `nobody${i}`,
    () => home,
  )
  const twice = [
    ...people,
    ...(await Promise.all(people.map((one) => refresh(one, home)))).map((reply) => reply.ok && reply.data),
  ]
  expect(twice.every(Boolean)).toBe(true)
})

test('B1: sixty people behind one address sign in at once: a right password spends no guess', async () => {
  const people: SignedIn[] = []
  for (let i = 0; i < 60; i++) people.push(await register(`198.51.100.${i}`))
  expect(tally(await Promise.all(people.map(({ user }) => signIn(user.username, home))))).toEqual({ ok: 60 })
  expect(
    tally(
      await guessMany(
        25,
        (i) => `nobody${i}`,
        () => home,
      ),
    ),
  ).toEqual({ bad_credentials: 20, rate_limited: 5 })
})

test('B1: where all guesses are spent, those who were there before sign in, and a device that was; a stranger waits', async () => {
  const before = await register(home)
  const elsewhere = await register('198.51.100.1')
  await guessMany(
    30,
    (i) => `nobody${i}`,
    () => home,
  )
  expect(codeOf(await signIn(before.user.username, home))).toBe('ok')
  expect(codeOf(await signIn(elsewhere.user.username, home))).toBe('rate_limited')
  expect(codeOf(await signIn(elsewhere.user.username, home, elsewhere.deviceToken))).toBe('ok')
  expect(codeOf(await signIn(elsewhere.user.username, '198.51.100.2'))).toBe('ok')
})

test('B1: a refresh makes an address one where the person has been', async () => {
  const ana = await register('198.51.100.1')
  expect(codeOf(await refresh(ana, home))).toBe('ok')
  await guessMany(
    30,
    (i) => `nobody${i}`,
    () => home,
  )
  expect(codeOf(await signIn(ana.user.username, home))).toBe('ok')
})

test('B8: one account takes thirty guesses from however many addresses; its owner signs in where they were before', async () => {
  const { user, deviceToken } = await register(home)
  const guesses = await guessMany(
    312,
    () => user.username,
    (i) => `198.51.${i % 100}.${Math.floor(i / 100)}`,
  )
  expect(tally(guesses)).toEqual({ bad_credentials: 30, rate_limited: 282 })
  expect(codeOf(await signIn(user.username, home))).toBe('ok')
  expect(codeOf(await signIn(user.username, '192.0.2.1', deviceToken))).toBe('ok')
  expect(codeOf(await signIn(user.username, '192.0.2.2'))).toBe('rate_limited')
})

test('B8: a device that is known has a budget of its own, which nobody else spends and which ends', async () => {
  const { user, deviceToken } = await register(home)
  const guesses = await Promise.all(Array.from({ length: 25 }, () => guess(user.username, home, deviceToken)))
  expect(tally(guesses)).toEqual({ bad_credentials: 10, rate_limited: 15 })
  expect(codeOf(await signIn(user.username, home))).toBe('ok')
})

test('B8: what a device shows is worth nothing for another account, and a forgery is worth nothing', async () => {
  const [ana, eve] = [await register(home), await register('198.51.100.1')]
  const forged = `${ana.deviceToken?.slice(0, -3)}AAA`
  const shown = [eve.deviceToken, forged, 'x', '.']
  const ask = (i: number) => guess(ana.user.username, `192.0.2.${i}`, shown[i % 4])
  const guesses = await Promise.all(Array.from({ length: 80 }, (_, i) => ask(i)))
  expect(tally(guesses)).toEqual({ bad_credentials: 30, rate_limited: 50 })
})

test('B1: the answers to guesses do not tell whether an account exists, nor whether it was used from here', async () => {
  const ana = await register(home)
  const withoutId = (reply: Reply<unknown>) =>
    reply.ok || { ...reply.error, requestId: '', retryAfterMs: typeof reply.error.retryAfterMs }
  const both = async () => {
    const [known, unknown] = [await guess(ana.user.username, home), await guess('nobody', home)]
    expect(withoutId(known)).toEqual(withoutId(unknown))
    return codeOf(known)
  }
  const codes = new Set<string>()
  for (let i = 0; i < 12; i++) codes.add(await both())
  expect([...codes]).toEqual(['bad_credentials', 'rate_limited'])
})

test('B1: registrations have a budget of their own: a flood of them keeps nobody from signing in', async () => {
  const ana = await register('198.51.100.1')
  const flood = Array.from({ length: 30 }, (_, i) => {
    const username = `flood${i}`
    return post('/users', { username, password: passwordOf(username) }, home)
  })
  expect(tally(await Promise.all(flood))).toEqual({ ok: 20, rate_limited: 10 })
  expect(codeOf(await signIn(ana.user.username, home))).toBe('ok')
  expect(codeOf(await refresh(ana, home))).toBe('ok')
})

test('B1: invented refresh tokens are counted for the address and for nobody’s session', async () => {
  const ana = await register(home)
  const forged = (i: number) => post('/sessions/refresh', { refreshToken: `${ana.sessionId}.${i}` }, home)
  const replies = await Promise.all(Array.from({ length: 120 }, (_, i) => forged(i)))
  expect(tally(replies)).toEqual({ unauthenticated: 100, rate_limited: 20 })
  expect(codeOf(await refresh(ana, home))).toBe('ok')
  expect(codeOf(await signIn(ana.user.username, home))).toBe('ok')
})

test('B1: one session has a budget for its refreshes; others behind the address have theirs', async () => {
  const [ana, bo] = [await register(home), await register(home)]
  const replies = await Promise.all(Array.from({ length: 40 }, () => refresh(ana, home)))
  expect(tally(replies)).toEqual({ ok: 30, rate_limited: 10 })
  expect(codeOf(await refresh(bo, home))).toBe('ok')
})
