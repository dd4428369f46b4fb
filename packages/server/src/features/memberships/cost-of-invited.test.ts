import { StatementSync } from 'node:sqlite'
import { afterEach, expect, test, vi } from 'vitest'
import { openRoom, type Person, registerMany } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'
import { topology } from '../../testing/topology.ts'

const { server, ana, bo } = serverWithPeople(['ana', 'bo'])
const isSqlite = topology().engine === 'sqlite'
afterEach(() => void vi.restoreAllMocks())

const methods = ['all', 'run', 'get', 'iterate'] as const

/** What SQLite is asked meanwhile, each time with its parameters. */
async function asked(work: () => Promise<unknown>): Promise<unknown[][]> {
  const spies = methods.map((method) => vi.spyOn(StatementSync.prototype, method as 'all'))
  await work()
  const calls = spies.flatMap((spy) => spy.mock.calls as unknown as unknown[][])
  vi.restoreAllMocks()
  return calls
}

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

test.runIf(isSqlite)('A2: shared conversations are looked up for a limited number of people at a time', async () => {
  const userIds = Array.from({ length: 500 }, (_, i) => `nobody${i}`)
  const calls = await asked(() => bo.ask('presence.watch', { userIds: [...userIds.slice(1), ana.id] }))
  const pairs = calls.flat().flatMap((given) => {
    const list: unknown = typeof given === 'string' && given.startsWith('[{"one"') ? JSON.parse(given) : undefined
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
