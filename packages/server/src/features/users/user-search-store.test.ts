import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../storage/database.ts'
import type { Store } from '../../storage/store.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import { topology } from '../../testing/topology.ts'
import { createStore } from '../index.ts'

let dataDir: string
let database: Database
let store: Store
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  database = await openTestDatabase(dataDir)
  store = createStore(database.write)
  for (let i = 0; i < 600; i++) await add(`user${String(i).padStart(3, '0')}`, i % 2 === 0 ? 'Even' : 'Odd')
})
afterAll(async () => {
  await database.close()
  await topology().dispose(dataDir)
  await rm(dataDir, { recursive: true, force: true })
})

const add = (id: string, display_name: string) =>
  store.users.insert({
    ...{ id, username: id, username_key: id, display_name, avatar_url: null, role: 'user' as const },
    ...{ password_hash: null, rev: 0, last_seen_at: null, created_at: 0 },
  })

const slice = (text: string, gram: string | undefined, from = '') =>
  store.userSearch.searchSlice('nobody', { text, gram, from, limit: 1_000 })

test('A2: one statement looks at five hundred names at most, for any search text', async () => {
  for (const gram of [undefined, 'use']) {
    const first = await slice('no such', gram)
    expect(first).toEqual({ rows: [], end: 'user499' })
    expect(await slice('no such', gram, first.end)).toEqual({ rows: [], end: undefined })
  }
})

test('A2: the index is searched by the three letters that the fewest names contain', async () => {
  expect(await store.userSearch.rarestGram('user123')).toEqual({ gram: '123', count: 1 })
  expect(await store.userSearch.rarestGram('user12x')).toMatchObject({ count: 0 })
  expect(await store.userSearch.rarestGram('us')).toBeUndefined()
  expect((await slice('user123', '123')).rows.map(({ id }) => id)).toEqual(['user123'])
})

test('a renamed user is found by the new name and not by the old one', async () => {
  const found = async (text: string) => {
    const rarest = await store.userSearch.rarestGram(text)
    return rarest?.count === 0 ? [] : (await slice(text, rarest?.gram)).rows.map(({ id }) => id)
  }
  await add('mira', 'Mira Malmö')
  expect(await found('malmo')).toEqual(['mira'])
  await store.users.update('mira', { display_name: 'Mira Ystad' })
  expect([await found('malmo'), await found('ystad'), await found('mira')]).toEqual([[], ['mira'], ['mira']])
  await store.users.update('mira', { username: 'Myra', username_key: 'myra', display_name: 'Ystad' })
  expect([await found('mira'), await found('myra'), await found('stad')]).toEqual([[], ['mira'], ['mira']])
  await store.users.update('mira', { avatar_url: '/a.png' })
  expect(await found('myra')).toEqual(['mira'])
})
