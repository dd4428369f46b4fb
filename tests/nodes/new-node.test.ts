import { startTestServer } from '@parley/server/testing'
import { arrive, openRoom, type Person, settled } from '@parley/server/testing/people'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fast, type TestServer, threeNodes } from './nodes.ts'

/* A new node counts from its start: the others learn of it at once, not by their next round, which is an hour away. */

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

/** Connects a watcher to an old node, and a user in the same room to a new one. */
const company = async (): Promise<[Person, Person]> => {
  const people: [Person, Person] = [await nodes.arriveAt(0), await arrive(newNodes.at(2))]
  await openRoom(people[0], [people[1]])
  await settled(...people)
  return people
}

const watch = async (watcher: Person, { id }: { id: string }) =>
  (await watcher.ask('presence.watch', { userIds: [id] })).presences.map(({ status }) => status)

test('users on a new node appear online to users on old nodes', async () => {
  const [watcher, bo] = await company()
  expect(await watch(watcher, bo)).toEqual(['online'])
})

test('a status that a user chooses on a new node also holds for their device on an old one', async () => {
  const [watcher, bo] = await company()
  await nodes.server().at(0).connect(bo.signedIn)
  await watch(watcher, bo)
  await bo.ask('presence.set', { status: 'away' })
  await watcher.heard('presence.updated', ({ userId, status }) => userId === bo.id && status === 'away')
  await settled(watcher, bo)
  expect(await watch(watcher, bo)).toEqual(['away'])
})

test('a block hides users on a new node at once', async () => {
  const [watcher, bo] = await company()
  await watch(watcher, bo)
  await watcher.ask('block.add', { userId: bo.id })
  await watcher.heard('presence.updated', ({ userId, status }) => userId === bo.id && status === 'offline')
})
