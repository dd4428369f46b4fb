import type { Reply } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { arriveAll, newId, openRoom, type Person, plain } from '../testing/people.ts'
import { type StoppedClock, stopClock } from '../testing/stopped-clock.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

/** A budget is full again after a while: here no time passes. */
let clock: StoppedClock
let server: TestServer
let ana: Person
let bo: Person
let room: string
beforeAll(async () => {
  clock = stopClock()
  server = await startTestServer({ rateLimits: 'on' })
  ;[ana, bo] = await arriveAll(server, 'ana', 'bo')
  room = await openRoom(ana, [bo])
})
afterAll(async () => {
  clock.release()
  await server.close()
})

const sendMany = (person: Person, count: number) =>
  Promise.all(
    Array.from({ length: count }, () =>
      person.reply('message.send', { conversationId: room, id: newId(), body: plain('x') }),
    ),
  )

const codes = (replies: Reply<unknown>[]) => replies.map((reply) => (reply.ok ? 'ok' : reply.error.code))
const count = (replies: Reply<unknown>[], code: string) => codes(replies).filter((found) => found === code).length

test('one person has a budget; what goes beyond it is told how long to wait, and others have theirs', async () => {
  const replies = await sendMany(ana, 40)
  expect(count(replies, 'ok')).toBe(30)
  expect(count(replies, 'rate_limited')).toBe(10)
  const refused = replies.find((reply) => !reply.ok)
  expect(refused).toMatchObject({ error: { retryAfterMs: expect.any(Number) } })
  expect(refused?.ok || (refused?.error.retryAfterMs ?? 0)).toBeGreaterThan(0)
  expect(count(await sendMany(bo, 30), 'ok')).toBe(30)
  expect((await ana.ask('message.page', { conversationId: room, limit: 100 })).messages).toHaveLength(60)
})

test('what one may do has budgets of its own: who has sent too much still reads', async () => {
  await sendMany(ana, 40)
  expect((await ana.ask('user.me', {})).user).toEqual(ana.user)
})

test('nonsense costs as much as sense', async () => {
  const replies = await Promise.all(Array.from({ length: 40 }, () => bo.reply('typing.set', 'nonsense')))
  expect(count(replies, 'invalid_input')).toBe(30)
  expect(count(replies, 'rate_limited')).toBe(10)
})

test('guesses at passwords are counted for the address, with names that exist or not, and over REST it says when', async () => {
  const guess = (username: string) =>
    server.rest('POST', '/sessions', { body: { username, password: 'a wrong guess' } })
  const responses = await Promise.all(
    Array.from({ length: 30 }, (_, i) => guess(i % 2 ? ana.user.username : `nobody${i}`)),
  )
  const refused = responses.filter(({ status }) => status === 429)
  // Two of the twenty have gone to those who registered.
  expect(refused).toHaveLength(30 - 18)
  expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await guess(ana.user.username)).status).toBe(429)
})
