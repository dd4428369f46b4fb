import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openTestDatabase } from '../../testing/test-database.ts'
import { topology } from '../../testing/topology.ts'
import { newConversation } from '../conversations/conversations.ts'
import { createStore } from '../index.ts'

test('A2: one statement of the lists looks at five hundred people or rooms at most, for every search', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  const database = await openTestDatabase(dataDir)
  onTestFinished(async () => {
    await database.close()
    await topology().dispose(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })
  const store = createStore(database.write)
  const roomIds: string[] = []
  for (let i = 0; i < 600; i++) {
    const id = `user${String(i).padStart(3, '0')}`
    const user = await store.users.insert({
      ...{ id, username: id, username_key: id, display_name: id, avatar_url: null, role: 'user' as const },
      ...{ password_hash: null, rev: 0, last_seen_at: null, created_at: 0 },
    })
    const caller = { user: { id: user.id }, sessionId: null, socket: null } as never
    const room = newConversation({ caller, now: 0 }, { kind: 'room', visibility: 'private', name: `Room ${i}` })
    await store.conversations.insert(room)
    roomIds.push(room.id)
  }
  const { administration } = store
  for (const search of [
    { text: 'no such', state: undefined },
    { text: '', state: 'suspended' as const },
  ]) {
    const first = await administration.people({ ...search, from: undefined, limit: 51 })
    expect(first).toEqual({ rows: [], end: 'user499' })
    const last = await administration.people({ ...search, from: first.end, limit: 51 })
    expect(last).toEqual({ rows: [], end: undefined })
  }
  const first = await administration.roomIds({ text: 'no such', from: undefined, limit: 51 })
  expect(first).toEqual({ rows: [], end: roomIds[100] })
  const second = await administration.roomIds({ text: 'room 5', from: first.end, limit: 51 })
  expect(second).toEqual({ rows: [...roomIds.slice(50, 60).toReversed(), roomIds[5]], end: undefined })
})
