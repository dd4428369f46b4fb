import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newId } from '../../testing/people.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import { startTestServer } from '../../testing/test-server.ts'
import { topology } from '../../testing/topology.ts'
import { createStore } from '../index.ts'
import type { SessionRow } from './session-store.ts'
import { endedSessionsKeptMs } from './session-sweep.ts'

const dayMs = 24 * 60 * 60_000

test('D9: only sessions that ended long ago are deleted', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  const first = await startTestServer({ dataDir })
  const { user, sessionId } = await first.register('ana')
  await first.close()

  const database = await openTestDatabase(dataDir)
  const { sessions } = createStore(database.write)
  const open = (await sessions.byId(sessionId)) as SessionRow
  const long = open.created_at - endedSessionsKeptMs - dayMs
  const lately = open.created_at - endedSessionsKeptMs + dayMs
  const later = open.expires_at
  const ends: [name: string, ends: Pick<SessionRow, 'revoked_at' | 'expires_at'>][] = [
    ['revoked long ago', { revoked_at: long, expires_at: later }],
    ['expired long ago', { revoked_at: null, expires_at: long }],
    ['revoked lately', { revoked_at: lately, expires_at: later }],
    ['expired lately', { revoked_at: null, expires_at: lately }],
  ]
  const ids = new Map<string, string>([[sessionId, 'open']])
  for (const [name, end] of ends) {
    const id = newId()
    ids.set(id, name)
    await sessions.insert({ ...open, id, user_id: user.id, ...end })
  }
  await database.close()

  const second = await startTestServer({ dataDir, sharedDatabase: true })
  const reading = await openTestDatabase(dataDir)
  const left = async () => {
    const found = await Promise.all([...ids.keys()].map((id) => createStore(reading.read).sessions.byId(id)))
    return found.flatMap((row) => (row ? ids.get(row.id) : []))
  }
  await expect.poll(left).toEqual(['open', 'revoked lately', 'expired lately'])
  await reading.close()
  await second.close()
  await topology().dispose(dataDir)
  await rm(dataDir, { recursive: true, force: true })
})
