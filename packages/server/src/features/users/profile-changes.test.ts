import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { arriveAll, enter, openRoom, settled } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import { startTestServer } from '../../testing/test-server.ts'
import { topology } from '../../testing/topology.ts'
import { createStore } from '../index.ts'

const { server, ana, bo } = serverWithPeople(['ana', 'bo'])

test('a new name reaches every conversation of somebody who is in many, and the latest of two names stays', async () => {
  const rooms: string[] = []
  for (let count = 0; count < 220; count++) rooms.push(await openRoom(ana, [bo]))
  await ana.ask('user.update', { displayName: 'First' })
  await ana.ask('user.update', { displayName: 'Second' })
  for (const room of rooms) {
    await bo.heard(
      'membership.updated',
      ({ conversationId, users }) => conversationId === room && users?.[0]?.displayName === 'Second',
    )
  }
  await settled(bo)
  const shown = new Map(
    bo.all('membership.updated').map(({ conversationId, users }) => [conversationId, users?.[0]?.displayName]),
  )
  expect(shown).toEqual(new Map(rooms.map((room) => [room, 'Second'])))
  const late = await enter(server, bo.signedIn)
  const { users } = await late.ask('membership.list', { conversationId: rooms.at(-1) ?? '' })
  expect(users.find(({ id }) => id === ana.id)?.displayName).toBe('Second')
})

test('a new name that a crash kept from some conversations reaches them when the server starts again', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  const first = await startTestServer({ dataDir, sharedDatabase: true })
  const [cleo, dan] = await arriveAll(first, 'cleo', 'dan')
  const [done = '', left = ''] = [await openRoom(cleo, [dan]), await openRoom(cleo, [dan])].sort()
  await first.close()

  const database = await openTestDatabase(dataDir)
  await createStore(database.write).users.update(cleo.id, { display_name: 'New', profile_told: done })
  await database.close()

  const second = await startTestServer({ dataDir, sharedDatabase: true })
  onTestFinished(async () => {
    await second.close()
    await topology().dispose(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })
  const back = await enter(second, dan.signedIn)
  const revOf = async (conversationId: string) => {
    const { memberships } = await back.ask('membership.list', { conversationId })
    return memberships.find(({ userId }) => userId === cleo.id)?.rev ?? 0
  }
  await expect.poll(() => revOf(left)).toBe((await revOf(done)) + 1)
})
