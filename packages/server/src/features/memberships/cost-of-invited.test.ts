import { StatementSync } from 'node:sqlite'
import { afterEach, expect, test, vi } from 'vitest'
import { arriveAll, openRoom, type Person, refusalOf, registerMany, say } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'
import { topology } from '../../testing/topology.ts'

const { server, ana, bo } = serverWithPeople(['ana', 'bo'])
const isSqlite = topology().engine === 'sqlite'
afterEach(() => void vi.restoreAllMocks())

const methods = ['all', 'run', 'get', 'iterate'] as const

/** What SQLite is asked meanwhile, each time with its parameters, and the most rows that one of its answers has. */
async function watched(work: () => Promise<unknown>): Promise<{ calls: unknown[][]; mostRows: number }> {
  const spies = methods.map((method) => vi.spyOn(StatementSync.prototype, method as 'all'))
  await work()
  const calls = spies.flatMap((spy) => spy.mock.calls as unknown as unknown[][])
  const rows = spies.flatMap((spy) => spy.mock.results.map(({ value }) => (Array.isArray(value) ? value.length : 0)))
  vi.restoreAllMocks()
  return { calls, mostRows: Math.max(...rows) }
}

const asked = async (work: () => Promise<unknown>) => (await watched(work)).calls

async function roomWithInvited(count: number): Promise<string> {
  const conversationId = await openRoom(ana, [bo])
  const people = await registerMany(server, count)
  await ana.ask('membership.invite', { conversationId, userIds: people.map(({ user }) => user.id) })
  return conversationId
}

const rename = (conversationId: string) => ana.ask('conversation.update', { conversationId, name: 'New' })

test.runIf(isSqlite)(
  'A2: renaming a room costs two statements for each invited person and no further reads',
  async () => {
    const [few, many] = [await roomWithInvited(10), await roomWithInvited(60)]
    const counts: number[] = []
    for (const room of [few, many]) {
      await rename(room)
      counts.push((await asked(() => rename(room))).length)
    }
    const [ofFew = 0, ofMany = 0] = counts
    expect((ofMany - ofFew) / 50).toBeLessThanOrEqual(2)
  },
)

const add = (conversationId: string, people: readonly { user: { id: string } }[]) =>
  ana.ask('membership.add', { conversationId, userIds: people.map(({ user }) => user.id) })

test.runIf(isSqlite)(
  'A2: adding people to a room costs four statements for each, and the summary is read once for all',
  async () => {
    const conversationId = await openRoom(ana, [bo])
    await say(bo, conversationId)
    const people = await registerMany(server, 70)
    const counts: number[] = []
    for (const some of [people.slice(0, 10), people.slice(10)]) {
      counts.push((await asked(() => add(conversationId, some))).length)
    }
    const [ofFew = 0, ofMany = 0] = counts
    expect((ofMany - ofFew) / 50).toBeLessThanOrEqual(4)
  },
)

test.runIf(isSqlite)(
  'A2: the only owner of a room cannot leave it, and for that not all members are read',
  async () => {
    const conversationId = await openRoom(ana, [bo])
    await add(conversationId, await registerMany(server, 20))
    const { mostRows } = await watched(async () => {
      expect(await refusalOf(ana, 'membership.leave', { conversationId })).toMatchObject({ code: 'last_owner' })
    })
    expect(mostRows).toBe(1)
  },
)

test('A2: people who are added get the same summary in events as on reading, also if they were there before', async () => {
  const [cleo, dan, eve] = await arriveAll(server, 'cleo', 'dan', 'eve')
  const conversationId = await openRoom(ana, [bo, cleo])
  const { id: messageId } = await say(bo, conversationId)
  await cleo.ask('reaction.add', { messageId, emoji: '👍' })
  await ana.ask('membership.remove', { conversationId, userId: cleo.id })
  await ana.ask('membership.add', { conversationId, userIds: [cleo.id, dan.id, eve.id] })
  for (const person of [cleo, dan, eve]) {
    const { summaries } = await person.heard('account.updated', (change) =>
      change.summaries.some(({ conversation, lastSeq }) => conversation.id === conversationId && lastSeq === 1),
    )
    const { summary } = await summaryOf(person, conversationId)
    expect(summaries).toEqual([summary])
    expect(summary).toMatchObject({ lastSeq: 1, lastMessage: { id: messageId }, unread: 0 })
    expect(summary.tallies).toMatchObject([{ own: person === cleo }])
  }
})

test.runIf(isSqlite)('A2: shared conversations are looked up for a limited number of people at a time', async () => {
  const userIds = Array.from({ length: 500 }, (_, i) => `nobody${i}`)
  const calls = await asked(() => bo.ask('presence.watch', { userIds: [...userIds.slice(1), ana.id] }))
  const pairs = calls.flat().flatMap((given) => {
    const list: unknown = typeof given === 'string' && given.startsWith('[["') ? JSON.parse(given) : undefined
    return Array.isArray(list) ? list.length : []
  })
  expect(pairs.length).toBeGreaterThan(50)
  expect(Math.max(...pairs)).toBeLessThanOrEqual(8)
})

const summaryOf = (person: Person, conversationId: string) => person.ask('conversation.get', { conversationId })

test('A2: an invited person gets the same summary in events as on reading', async () => {
  const conversationId = await openRoom(ana, [], { topic: 'Old' })
  await ana.ask('membership.invite', { conversationId, userIds: [bo.id] })
  const isIt = ({ conversation }: { conversation: { id: string } }) => conversation.id === conversationId
  const invited = await bo.heard('account.updated', ({ summaries }) => summaries.some(isIt))
  expect(invited.summaries.find(isIt)).toEqual((await summaryOf(bo, conversationId)).summary)
  await ana.ask('conversation.update', { conversationId, topic: 'New' })
  const told = await bo.heard('account.updated', ({ summaries }) =>
    summaries.some((s) => isIt(s) && s.conversation.topic === 'New'),
  )
  expect(told.summaries.find(isIt)).toEqual((await summaryOf(bo, conversationId)).summary)
})
