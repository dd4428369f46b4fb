import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { arrive, enter, openRoom, type Person, say } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'
import { startTestServer } from '../../testing/test-server.ts'
import { topology } from '../../testing/topology.ts'

const { server } = serverWithPeople([])
afterEach(() => void vi.useRealTimers())

/** Moves the clock alone: what waits goes on waiting. */
const moveClock = (milliseconds: number) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + milliseconds)
}

const listed = async (person: Person) =>
  (await person.ask('conversation.list', {})).summaries.map(({ conversation }) => conversation.id)

test('D4: setting the clock back an hour does not change the order of conversations', async () => {
  const ana = await arrive(server)
  const [first, second, third] = [await openRoom(ana), await openRoom(ana), await openRoom(ana)] as const
  await say(ana, first)
  moveClock(-60 * 60_000)
  await say(ana, second)
  expect(await listed(ana)).toEqual([second, first, third])
  const fourth = await openRoom(ana)
  expect(await listed(ana)).toEqual([fourth, second, first, third])
  await say(ana, third)
  expect(await listed(ana)).toEqual([third, fourth, second, first])
  const { account } = await ana.ask('sync.run', {})
  expect(account.summaries.map(({ conversation }) => conversation.id)).toEqual([third, fourth, second, first])
})

test('D4: by a clock that is days behind, messages are ordered, synced and counted by their numbers', async () => {
  const [ana, bo] = [await arrive(server), await arrive(server)]
  const conversationId = await openRoom(ana, [bo])
  const first = await say(bo, conversationId, 'first')
  const { account, epoch } = await ana.ask('sync.run', {})
  const { rev } = (await ana.ask('conversation.get', { conversationId })).summary
  moveClock(-3 * 24 * 60 * 60_000)
  const second = await say(bo, conversationId, 'second')
  const third = await say(bo, conversationId, 'third')
  expect(second.createdAt).toBeLessThan(first.createdAt)
  const { messages } = await ana.ask('message.page', { conversationId })
  expect(messages.map(({ id }) => id)).toEqual([first.id, second.id, third.id])
  const position = { epoch, rev: account.rev, positions: [{ conversationId, rev }] }
  const { changes } = await ana.ask('sync.run', position)
  expect(changes.flatMap((change) => change.messages ?? []).map(({ id }) => id)).toEqual([second.id, third.id])
  expect((await ana.ask('receipt.read', { conversationId, seq: first.seq })).receipt.readSeq).toBe(first.seq)
  const { summary } = await ana.ask('conversation.get', { conversationId })
  expect(summary).toMatchObject({ unread: 2, lastMessage: { id: third.id } })
})

test('D4: setting the clock back while no server runs does not change it either', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  onTestFinished(async () => {
    await topology().dispose(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })
  const before = await startTestServer({ dataDir })
  const ana = await arrive(before)
  const [first, second] = [await openRoom(ana), await openRoom(ana)]
  await say(ana, second)
  await say(ana, first)
  await before.close()

  moveClock(-60_000)
  const after = await startTestServer({ dataDir })
  const again = await enter(after, ana.signedIn)
  await say(again, second)
  expect(await listed(again)).toEqual([second, first])
  await after.close()
})
