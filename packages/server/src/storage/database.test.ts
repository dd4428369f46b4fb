import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createStore } from '../features/index.ts'
import { openTestDatabase } from '../testing/test-database.ts'
import { topology } from '../testing/topology.ts'
import type { Database } from './database.ts'
import { hotStatement } from './hot-statement.ts'
import { migrate } from './migrate.ts'
import type { Tables } from './tables.ts'

let folder: string
let dataDir: string
let database: Database
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-'))
  dataDir = join(folder, 'new')
  database = await openTestDatabase(dataDir)
})
afterEach(async () => {
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

const reopen = async () => {
  await database.close()
  database = await openTestDatabase(dataDir)
}

const isSqlite = topology().engine === 'sqlite'

const setting = async (name: string) =>
  Object.values((await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(database.write)).rows[0] ?? {})[0]

test.runIf(isSqlite)('readers do not wait for the writer, and the disk is waited for by sync', async () => {
  expect(await setting('synchronous')).toBe(1)
  await expect(database.sync()).resolves.toBeUndefined()
  expect(await setting('journal_mode')).toBe('wal')
  expect(await setting('foreign_keys')).toBe(1)
  expect(await setting('integrity_check')).toBe('ok')
})

test('a snapshot waits for no other snapshot, and sees nothing that is committed after it began', async () => {
  const end = Promise.withResolvers<void>()
  const epochIn = (read: Kysely<Tables>) => createStore(read).meta.epoch()
  const before = await epochIn(database.read)
  const long = database.snapshot(async (read) => {
    await epochIn(read)
    await end.promise
    return epochIn(read)
  })
  expect(await Promise.all([1, 2, 3].map(() => database.snapshot(epochIn)))).toEqual([before, before, before])
  await database.write.updateTable('meta').set({ value: 'another' }).where('key', '=', 'epoch').execute()
  expect(await database.snapshot(epochIn)).toBe('another')
  end.resolve()
  expect(await long).toEqual(before)
})

test('more snapshots than connections are read in their order, also after one that failed', async () => {
  const read: number[] = []
  const all = Array.from({ length: 30 }, (_, i) =>
    database.snapshot(async (db) => {
      await createStore(db).meta.epoch()
      read.push(i)
      if (i < 10) throw new Error('the reader failed')
    }),
  )
  const outcomes = await Promise.allSettled(all)
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(10)
  expect(read.toSorted((a, b) => a - b)).toEqual(outcomes.map((_, i) => i))
})

test('a row that refers to a missing row is refused', async () => {
  const orphan = database.write.insertInto('sessions').values({
    id: 's',
    user_id: 'nobody',
    refresh_hash: '',
    previous_hash: null,
    user_agent: '',
    address_mark: null,
    rotated_at: 0,
    created_at: 0,
    last_used_at: 0,
    expires_at: 0,
    revoked_at: null,
  })
  await expect(orphan.execute()).rejects.toThrow(/foreign key/i)
})

test.runIf(isSqlite)('the folder is its owner’s alone', async () => {
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
})

test('a database that is opened again has the same history, and is not migrated twice', async () => {
  const epoch = await createStore(database.read).meta.epoch()
  await reopen()
  expect(await createStore(database.read).meta.epoch()).toBe(epoch)
  expect(await migrate(database.write, database.engine)).toEqual([])
})

test('a database that a newer Parley made is refused and left as it is', async () => {
  const log = database.write as unknown as Kysely<{ migrations: { name: string } }>
  await log.insertInto('migrations').values({ name: '9999-from-the-future' }).execute()
  await expect(migrate(database.write, database.engine)).rejects.toThrow(/newer Parley.*9999-from-the-future/)
  await log.deleteFrom('migrations').where('name', '=', '9999-from-the-future').execute()
  expect(await migrate(database.write, database.engine)).toEqual([])
})

test('a hot statement runs with the values of each call, in any order, on any connection', async () => {
  const values = hotStatement<{ one: string; other: number }, { one: string; other: number }>(
    (db: Kysely<Tables>, { one, other }) =>
      db
        .selectFrom('meta')
        .select([sql`cast(${one} as text)`.as('one'), sql`cast(${other} as bigint)`.as('other')])
        .limit(1) as never,
  )
  const calls = Array.from({ length: 20 }, (_, i) => ({ one: `text ${i}`, other: i }))
  const answers = await Promise.all(calls.map((call, i) => values(i % 2 ? database.read : database.write, call)))
  expect(answers).toEqual(calls.map((call) => [call]))
})
