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
