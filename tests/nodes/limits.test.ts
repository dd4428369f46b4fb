import { enter, newId, openRoom, type Person, plain, say } from '@parley/server/testing/people'
import { strangersOf, tally } from '@parley/server/testing/strangers'
import { expect, test } from 'vitest'
import { threeNodes } from './nodes.ts'

const nodes = threeNodes({ rateLimits: 'on', trustedProxies: ['loopback'] })

test('a user who spends the budgets of several nodes waits until a single one would have sufficed; others do not', async () => {
  const spammer = await nodes.arriveAt(0)
  const friend = await nodes.arriveAt(1)
  const devices = [
    spammer,
    ...(await Promise.all([1, 2].map((node) => enter(nodes.server().at(node), spammer.signedIn)))),
  ]
  const conversationId = await openRoom(spammer, [friend])
  const waits: number[] = []
  const send = async (device: Person) => {
    const reply = await device.reply('message.send', { conversationId, id: newId(), body: plain('x') })
    if (!reply.ok) waits.push(reply.error.retryAfterMs ?? 0)
  }
  // The budget of a single node is full again after three seconds. Sending at once spends all three on any machine.
  const spent = devices.flatMap((device) => Array.from({ length: 40 }, () => device))
  while (!waits.some((ms) => ms > 3_000)) await Promise.all(spent.map(send))
  expect(await say(friend, conversationId)).toMatchObject({ senderId: friend.id })
})

/** Requests of a stranger, each to the next node. */
const { register, signIn, refresh, guess } = strangersOf(() => nodes.server().url)
const home = '203.0.113.1'

test('B1: wrong passwords from an address are counted by all nodes together, and sign no user out on any node', async () => {
  const [ana, bo] = [await register(home), await register('198.51.100.1')]
  expect(tally(await guess(60, (i) => [`nobody${i}`, home]))).toEqual({ bad_credentials: 20, rate_limited: 40 })
  for (const _ of [0, 1, 2]) {
    expect(tally(await guess(1, () => ['nobody', home]))).toEqual({ rate_limited: 1 })
    expect(tally([await signIn(bo.user.username, home)])).toEqual({ rate_limited: 1 })
  }
  const forgeries = await Promise.all(Array.from({ length: 130 }, (_, i) => refresh(`${ana.sessionId}.${i}`, home)))
  expect(tally(forgeries)).toEqual({ unauthenticated: 100, rate_limited: 30 })
  let { refreshToken } = ana
  for (const _ of [0, 1, 2]) {
    const refreshed = await refresh(refreshToken, home)
    expect(tally([refreshed, await signIn(ana.user.username, home)])).toEqual({ ok: 2 })
    if (refreshed.ok) refreshToken = refreshed.data.refreshToken
  }
  for (const _ of [0, 1, 2]) expect(tally([await signIn(bo.user.username, home, bo.deviceToken)])).toEqual({ ok: 1 })
})

test('B1: sign-ins with the right password do not count against their address on any node', async () => {
  const { user } = await register(home)
  const address = '203.0.113.2'
  for (let i = 0; i < 40; i++) expect(tally([await signIn(user.username, address)])).toEqual({ ok: 1 })
  expect(tally(await guess(30, (i) => [`nobody${i}`, address]))).toEqual({ bad_credentials: 20, rate_limited: 10 })
})

test('B8: wrong passwords for one account from many addresses are counted by all nodes together', async () => {
  const { user } = await register(home)
  const guesses = await guess(60, (i) => [user.username, `198.51.100.${i}`])
  expect(tally(guesses)).toEqual({ bad_credentials: 30, rate_limited: 30 })
  for (const _ of [0, 1, 2]) expect(tally([await signIn(user.username, home)])).toEqual({ ok: 1 })
})

test('B2: a repeated refresh gets the same token from another node, and an older token ends the session there', async () => {
  const { refreshToken: first } = await register(home)
  const tokenFrom = async (refreshToken: string) => {
    const reply = await refresh(refreshToken, home)
    if (!reply.ok) throw new Error(reply.error.code)
    return reply.data.refreshToken
  }
  const second = await tokenFrom(first)
  expect([await tokenFrom(first), await tokenFrom(first)]).toEqual([second, second])
  await tokenFrom(second)
  await expect(tokenFrom(first)).rejects.toThrow('unauthenticated')
  await expect(tokenFrom(second)).rejects.toThrow('unauthenticated')
})
