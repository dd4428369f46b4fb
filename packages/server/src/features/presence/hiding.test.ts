import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { arrive, enter, openRoom, type Person, settled } from '../../testing/people.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { topology } from '../../testing/topology.ts'

let dataDir: string
let server: TestServer
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  server = await start()
})
afterEach(async () => {
  await server.close()
  await topology().dispose(dataDir)
  await rm(dataDir, { recursive: true, force: true })
})

const start = () => startTestServer({ dataDir, timing: { presenceGraceMs: 50 } })

const seenBy = async (watcher: Person, person: Person) =>
  (await watcher.ask('presence.watch', { userIds: [person.id] })).presences[0]

/** Two people who share a room, of whom the second appears offline. */
async function oneHidden(): Promise<[watcher: Person, hidden: Person]> {
  const [watcher, hidden] = [await arrive(server, 'watcher'), await arrive(server, 'hidden')]
  await openRoom(watcher, [hidden])
  await seenBy(watcher, hidden)
  await hidden.ask('presence.set', { status: 'offline' })
  await watcher.heard('presence.updated', ({ userId, status }) => userId === hidden.id && status === 'offline')
  return [watcher, hidden]
}

test('D8: a restart does not change the last-seen time of a user who appears offline', async () => {
  const [watcher, hidden] = await oneHidden()
  const { lastSeenAt } = await watcher.heard('presence.updated', ({ status }) => status === 'offline')
  await expect.poll(() => seenBy(watcher, hidden)).toMatchObject({ status: 'offline', lastSeenAt })
  await server.close()
  server = await start()
  const again = await enter(server, watcher.signedIn)
  expect(await seenBy(again, hidden)).toEqual({ userId: hidden.id, status: 'offline', lastSeenAt })
})

test('D8: of two choices that follow each other at once the second is kept', async () => {
  const [watcher, hidden] = await oneHidden()
  await Promise.all((['online', 'offline'] as const).map((status) => hidden.ask('presence.set', { status })))
  await server.close()
  server = await start()
  const [again, later] = [await enter(server, watcher.signedIn), await enter(server, hidden.signedIn)]
  await settled(later)
  expect(await seenBy(again, hidden)).toMatchObject({ status: 'offline' })
})

test('D8: appearing offline lasts beyond the last tab and a restart, until another status is set', async () => {
  const [watcher, hidden] = await oneHidden()
  hidden.close()
  const another = await arrive(server, 'another')
  await openRoom(watcher, [another])
  await watcher.ask('presence.watch', { userIds: [hidden.id, another.id] })
  another.close()
  // By now the grace of who went before has run out as well.
  await watcher.heard('presence.updated', ({ userId, status }) => userId === another.id && status === 'offline')
  const reopened = await enter(server, hidden.signedIn)
  await settled(watcher, reopened)
  expect(await seenBy(watcher, hidden)).toMatchObject({ status: 'offline' })
  const told = watcher.all('presence.updated').filter(({ userId }) => userId === hidden.id)
  expect(told.map(({ status }) => status)).toEqual(['offline'])

  await server.close()
  server = await start()
  const [again, later] = [await enter(server, watcher.signedIn), await enter(server, hidden.signedIn)]
  expect(await seenBy(again, hidden)).toMatchObject({ status: 'offline' })
  await later.ask('presence.set', { status: 'online' })
  expect(await seenBy(again, hidden)).toMatchObject({ status: 'online' })
  later.close()
  await again.heard('presence.updated', ({ userId, status }) => userId === hidden.id && status === 'offline')
  await enter(server, hidden.signedIn)
  expect(await again.heard('presence.updated', ({ status }) => status === 'online')).toMatchObject({
    userId: hidden.id,
  })
})
