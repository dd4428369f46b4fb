import { startTestServer } from '@parley/server/testing'
import { arrive, openRoom, type Person, settled } from '@parley/server/testing/people'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fast, type TestServer, threeNodes } from './nodes.ts'

/* A node counts from its first moment: the others do not wait for their next round to hear of it. */

const hourMs = 60 * 60 * 1_000
const timing = { renewMs: hourMs, leaseMs: 2 * hourMs }
const nodes = threeNodes({ timing })
let newNodes: TestServer

beforeAll(async () => {
  const { dataDir } = nodes.server()
  const redisUrl = `redis://127.0.0.1:${nodes.line().port}`
  newNodes = await startTestServer({ dataDir, redisUrl, timing: { ...fast, ...timing } })
})
afterAll(() => newNodes.close())

/** Somebody who watches on an old node, and somebody who came to a new one. */
const company = async (): Promise<[Person, Person]> => {
  const people: [Person, Person] = [await nodes.arriveAt(0), await arrive(newNodes.at(2))]
  await openRoom(people[0], [people[1]])
  await settled(...people)
  return people
}

const watch = async (watcher: Person, { id }: { id: string }) =>
  (await watcher.ask('presence.watch', { userIds: [id] })).presences.map(({ status }) => status)

test('people on a new node are seen from the old ones', async () => {
  const [watcher, bo] = await company()
  expect(await watch(watcher, bo)).toEqual(['online'])
})

test('what somebody chooses on a new node holds for their device on an old one', async () => {
  const [watcher, bo] = await company()
  await nodes.server().at(0).connect(bo.signedIn)
  await watch(watcher, bo)
  await bo.ask('presence.set', { status: 'away' })
  await watcher.heard('presence.updated', ({ userId, status }) => userId === bo.id && status === 'away')
  await settled(watcher, bo)
  expect(await watch(watcher, bo)).toEqual(['away'])
})

test('a block hides people on a new node at once', async () => {
  const [watcher, bo] = await company()
  await watch(watcher, bo)
  await watcher.ask('block.add', { userId: bo.id })
  await watcher.heard('presence.updated', ({ userId, status }) => userId === bo.id && status === 'offline')
})
