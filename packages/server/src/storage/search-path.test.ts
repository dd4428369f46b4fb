import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createStore } from '../features/index.ts'
import type { Store } from '../storage/store.ts'
import { openTestDatabase } from '../testing/test-database.ts'
import { topology } from '../testing/topology.ts'
import type { Database } from './database.ts'

let dataDir: string
let database: Database
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  database = await openTestDatabase(dataDir)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await database.close()
  await rm(dataDir, { recursive: true, force: true })
})

/** How SQLite finds the rows of a query. */
const pathsOf = async (ask: (store: Store) => Promise<unknown>): Promise<string[]> => {
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare')
  await ask(createStore(database.read))
  const texts = prepare.mock.calls.map(([text]) => text)
  prepare.mockRestore()
  const file = new DatabaseSync(join(dataDir, 'parley.db'))
  try {
    return texts.flatMap((text) =>
      file
        .prepare(`explain query plan ${text}`)
        .all()
        .map(({ detail }) => String(detail)),
    )
  } finally {
    file.close()
  }
}

test.runIf(topology().engine === 'sqlite')(
  'the changes of a conversation are found without reading the rest of it',
  async () => {
    const now = { rev: 9, last_seq: 5 }
    const messages = await pathsOf((store) => store.messageHistory.changedSince('c', 3, now, 10))
    expect(messages.filter((path) => path.includes('messages'))).toEqual([
      'SEARCH messages USING INDEX messages_place (conversation_id=? AND seq>?)',
      'SEARCH messages USING INDEX messages_changed (conversation_id=? AND rev>?)',
    ])
    const size = await pathsOf((store) => store.messageHistory.changedSize('c', 3, now, 10))
    expect(size.filter((path) => path.includes('SEARCH'))).toEqual(messages.filter((path) => path.includes('SEARCH')))
    const memberships = await pathsOf((store) => store.memberships.changedSince('c', 3, 10))
    expect(memberships).toEqual(['SEARCH memberships USING INDEX memberships_rev (conversation_id=? AND rev>?)'])
  },
)

test.runIf(topology().engine === 'sqlite')(
  'A2: users are found by three letters of their names, and one statement reads only a part of them',
  async () => {
    const slice = { text: 'ana', from: '', limit: 20 }
    const byGram = await pathsOf((store) => store.userSearch.searchSlice('u', { ...slice, gram: 'ana' }))
    expect(byGram).toContain('SEARCH user_grams USING PRIMARY KEY (gram=? AND username_key>?)')
    const ofAll = await pathsOf((store) => store.userSearch.searchSlice('u', { ...slice, gram: undefined }))
    for (const path of [...byGram, ...ofAll]) expect(path).not.toMatch(/SCAN (users|user_grams|blocks)/)
    const rooms = await pathsOf((store) => store.conversations.publicRoomIds({ text: 'x', from: 'c', limit: 20 }))
    expect(rooms).toEqual(['SEARCH conversations USING INDEX conversations_public (id<?)'])
  },
)

test.runIf(topology().engine === 'sqlite')(
  'a page of history and the unread messages are found by an index on `seq`',
  async () => {
    const page = await pathsOf((store) => store.messageHistory.before('c', 100, 50))
    expect(page).toEqual(['SEARCH messages USING INDEX messages_place (conversation_id=? AND seq<?)'])
    const listed = await pathsOf((store) => store.conversations.listed('u', ['c']))
    expect(listed).toContain('SEARCH u USING COVERING INDEX messages_place (conversation_id=? AND seq>?)')
  },
)
