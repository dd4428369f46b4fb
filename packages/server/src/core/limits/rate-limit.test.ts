import type { Reply } from '@parley/protocol'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { arrive, arriveAll, newId, openRoom, type Person, plain } from '../../testing/people.ts'
import { type StoppedClock, stopClock } from '../../testing/stopped-clock.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

/** Stopped, because a budget refills with time. */
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

test('each user has a budget of their own; an operation beyond it is refused with the time to wait', async () => {
  const replies = await sendMany(ana, 40)
  expect(count(replies, 'ok')).toBe(30)
  expect(count(replies, 'rate_limited')).toBe(10)
  const refused = replies.find((reply) => !reply.ok)
  expect(refused).toMatchObject({ error: { retryAfterMs: expect.any(Number) } })
  expect(refused?.ok || (refused?.error.retryAfterMs ?? 0)).toBeGreaterThan(0)
  expect(count(await sendMany(bo, 30), 'ok')).toBe(30)
  expect((await ana.ask('message.page', { conversationId: room, limit: 100 })).messages).toHaveLength(60)
})

test('kinds of operations have separate budgets: a user who has sent too much can still read', async () => {
  await sendMany(ana, 40)
  expect((await ana.ask('user.me', {})).user).toEqual(ana.user)
})

test('invalid input costs as much as valid input', async () => {
  const replies = await Promise.all(Array.from({ length: 40 }, () => bo.reply('typing.set', 'nonsense')))
  expect(count(replies, 'invalid_input')).toBe(30)
  expect(count(replies, 'rate_limited')).toBe(10)
})

test.each([
  ['membership.leave', 20],
  ['membership.remove', 20],
  ['membership.setRole', 20],
  ['conversation.update', 20],
  ['membership.join', 60],
  ['session.revoke', 60],
] as const)(
  'A5: %s, of which all members of a room get an event, is not on the budget for reads',
  async (name, points) => {
    const eve = await arrive(server, 'eve')
    const replies = await Promise.all(
      Array.from({ length: points + 10 }, () =>
        eve.reply(name, { conversationId: room, userId: ana.id, role: 'member' }),
      ),
    )
    expect(count(replies, 'rate_limited')).toBe(10)
    expect((await eve.ask('user.me', {})).user).toEqual(eve.user)
  },
)

test('A5: all kinds of changes of a room share one budget of twenty', async () => {
  const eve = await arrive(server, 'eve')
  const own = await openRoom(eve)
  const update = (i: number) => eve.reply('conversation.update', { conversationId: own, name: `Room ${i}` })
  const replies = await Promise.all(Array.from({ length: 40 }, (_, i) => update(i)))
  expect(count(replies, 'ok')).toBe(20)
  expect(codes([await eve.reply('membership.leave', { conversationId: own })])).toEqual(['rate_limited'])
})

test('A5: an invitation of a hundred costs more than one of one', async () => {
  const [eve, fay] = await arriveAll(server, 'eve', 'fay')
  const invite = async (person: Person, count: number) => {
    const conversationId = await openRoom(person)
    const userIds = Array.from({ length: count }, (_, i) => `nobody${i}`)
    const ask = () => person.reply('membership.invite', { conversationId, userIds })
    return Promise.all(Array.from({ length: 40 }, ask))
  }
  // One point of the thirty was spent on the room.
  expect(40 - count(await invite(eve, 1), 'rate_limited')).toBe(29)
  expect(40 - count(await invite(fay, 100), 'rate_limited')).toBe(2)
})

test.each<[string, string, object, number]>([
  ['of this node', 'user.search', { query: 'x' }, 10_000],
  ['of all nodes', 'user.changePassword', { currentPassword: 'wrong', newPassword: 'another one' }, 600_000],
])(
  'D4: after the clock was set back, a refusal names no wait longer than a budget %s lasts',
  async (_, name, input, most) => {
    const gus = await arrive(server, 'gus')
    const ask = () => Promise.all(Array.from({ length: 50 }, () => gus.reply(name, input)))
    await ask()
    vi.setSystemTime(Date.now() - 60 * 60_000)
    const replies = await ask()
    vi.setSystemTime(Date.now() + 60 * 60_000)
    expect(count(replies, 'rate_limited')).toBe(50)
    expect(Math.max(...replies.map((reply) => (reply.ok ? 0 : (reply.error.retryAfterMs ?? 0))))).toBeLessThanOrEqual(
      most,
    )
  },
)

test('A2: a list of a thousand conversations costs more than one of ten', async () => {
  const [ivy, jon] = await arriveAll(server, 'ivy', 'jon')
  const list = (person: Person, limit: number) =>
    Promise.all(Array.from({ length: 220 }, () => person.reply('conversation.list', { limit })))
  // One read of the two hundred was spent on connecting.
  expect(220 - count(await list(ivy, 10), 'rate_limited')).toBe(199)
  expect(220 - count(await list(jon, 1_000), 'rate_limited')).toBe(18)
})
