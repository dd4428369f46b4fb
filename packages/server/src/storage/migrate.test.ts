import { readdirSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createStore } from '../features/index.ts'
import { openTestDatabase } from '../testing/test-database.ts'
import { topology } from '../testing/topology.ts'
import type { Database } from './database.ts'
import { migrate } from './migrate.ts'
import { up as initial } from './migrations/0001-initial.ts'

let dataDir: string
let database: Database
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  database = await openTestDatabase(dataDir)
})
afterEach(async () => {
  await database.close()
  await rm(dataDir, { recursive: true, force: true })
})

const isSqlite = topology().engine === 'sqlite'

/** Turns the database back into that of the first version, with these messages. */
async function goBack(rows: readonly (typeof messages)[number][]) {
  const { write, engine } = database
  for (const { name } of await write.introspection.getTables())
    if (name !== 'migrations') await write.schema.dropTable(name).execute()
  await sql`delete from migrations where name > '0002'`.execute(write)
  await initial(write as unknown as Kysely<unknown>, engine)
  for (const row of rows) await write.insertInto('messages').values(row).execute()
}

/** The migrations since. */
const afterFirst = readdirSync(join(import.meta.dirname, 'migrations'))
  .map((file) => file.replace('.ts', ''))
  .filter((name) => name > '0002')
  .sort()

const idOf = (place: number) => `01900000-0000-7000-8000-${String(place).padStart(12, '0')}`

/** Two conversations in turns, and one message of each that was changed. */
const messages = Array.from({ length: 40 }, (_, place) => ({
  id: idOf(place),
  conversation_id: `c${place % 2}`,
  seq: 1 + Math.floor(place / 2),
  rev: place === 10 || place === 11 ? 21 : 1 + Math.floor(place / 2),
  sender_id: `u${place % 3}`,
  type: 'text' as const,
  body: place === 11 ? null : JSON.stringify({ kind: 'plain', text: `message ${place}` }),
  sent_hash: place === 10 || place === 11 ? 'hash' : null,
  created_at: place,
  edited_at: place === 10 ? 99 : null,
  deleted_at: place === 11 ? 99 : null,
}))

const body = JSON.stringify({ kind: 'plain', text: 'x'.repeat(50_000) })
const long = messages.map((row) => ({ ...row, body }))

test.runIf(isSqlite)('messages that the first Parley kept are all there, as they were', async () => {
  // Not in the order of their ids: a clock may be wrong.
  await goBack(messages.toReversed())
  expect(await migrate(database.write, 'sqlite')).toEqual(afterFirst)
  expect(await migrate(database.write, 'sqlite')).toEqual([])

  const store = createStore(database.read)
  const ofFirst = messages.filter((row) => row.conversation_id === 'c0')
  expect(await store.messageHistory.after('c0', 0, 100)).toEqual(ofFirst)
  expect(await store.messageHistory.before('c0', 21, 100)).toEqual(ofFirst.toReversed())
  expect(await store.messages.byId(idOf(7))).toEqual(messages[7])
  const changed = await store.messageHistory.changedSince('c1', 20, { rev: 21, last_seq: 20 }, 10)
  expect(changed.map(({ id, body, deletedAt }) => ({ id, body, deletedAt }))).toEqual([
    { id: idOf(11), body: null, deletedAt: 99 },
  ])
  const again = database.write.insertInto('messages').values({ ...messages[0]!, seq: 50 })
  await expect(again.execute()).rejects.toThrow(/UNIQUE/)
  const { rows } = await sql`pragma integrity_check`.execute(database.write)
  expect(rows).toEqual([{ integrity_check: 'ok' }])
})

test.runIf(isSqlite)('a migration leaves no long log behind', async () => {
  await goBack(long)
  await database.close()
  database = await openTestDatabase(dataDir)
  expect(await createStore(database.read).messageHistory.after('c0', 0, 100)).toHaveLength(20)
  expect((await stat(join(dataDir, 'parley.db-wal'))).size).toBeLessThan(500_000)
})

test.runIf(isSqlite)('a migration on a full disk fails with that reason, and changes nothing', async () => {
  await goBack(long)
  const pages = await sql<{ page_count: number }>`pragma page_count`.execute(database.write)
  await sql`pragma max_page_count = ${sql.lit(Number(pages.rows[0]?.page_count) + 20)}`.execute(database.write)
  await expect(migrate(database.write, 'sqlite')).rejects.toThrow(/full/)
  await sql`pragma max_page_count = 1000000`.execute(database.write)
  expect(await createStore(database.read).messageHistory.after('c0', 0, 100)).toHaveLength(20)
  expect(await migrate(database.write, 'sqlite')).toEqual(afterFirst)
  expect(await createStore(database.read).messageHistory.after('c0', 0, 100)).toHaveLength(20)
})

test('direct conversations of a pair that has an earlier one are marked', async () => {
  const { write, engine } = database
  const rows = [
    ['a', '["ana","bo","#job \\"7\\"]"]', 2],
    ['b', '["ana","bo"]', 1],
    ['c', '["ana","bo","#job-8"]', 1],
    ['d', '["ana","bo2"]', 3],
    ['e', '["ana","#job-7"]', 4],
    ['f', '["ana"]', 5],
    ['g', null, 6],
  ] as const
  const settings = { visibility: 'private', created_by: 'ana' } as const
  const numbers = { last_seq: 0, rev: 0, membership_rev: 0, settings_rev: 0 }
  const ana = { id: 'ana', username: 'ana', username_key: 'ana', display_name: 'ana', role: 'user', rev: 0 } as const
  await write
    .insertInto('users')
    .values({ ...ana, names_key: 'ana', appears_offline: 0, created_at: 0, access_rev: 0 })
    .execute()
  await sql`alter table conversations drop column direct_later`.execute(write)
  await sql`delete from migrations where name = '0009-later-direct-conversations'`.execute(write)
  for (const [id, direct_key, created_at] of rows) {
    const kind = direct_key === null ? 'room' : 'direct'
    const row = { id, kind, direct_key, created_at, ...settings, ...numbers } as const
    await (write as unknown as Kysely<{ conversations: object }>).insertInto('conversations').values(row).execute()
  }
  expect(await migrate(write, engine)).toContain('0009-later-direct-conversations')
  const later = await write
    .selectFrom('conversations')
    .select('id')
    .where('direct_later', '=', 1)
    .orderBy('id')
    .execute()
  expect(later.map(({ id }) => id)).toEqual(['a', 'c', 'f'])
})

test.runIf(!isSqlite)(
  'migrations of the other engine are not recorded, so that an older version can start',
  async () => {
    const { rows } = await sql`select name from migrations`.execute(database.write)
    const onlySqlite = ['0002-messages-in-order-of-writing', '0017-times-in-places']
    const noted = ['0001-initial', ...afterFirst.filter((name) => !onlySqlite.includes(name))]
    expect(rows).toEqual(noted.map((name) => ({ name })))
  },
)
