import { existsSync, statSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createStore } from '../features/index.ts'
import { BackupError, backUp, restore } from './backup.ts'
import type { Database } from './database.ts'
import { openSqlite } from './sqlite/sqlite.ts'

let directory: string
let file: string
let copy: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-backup-'))
  file = join(directory, 'parley.db')
  copy = join(directory, 'copy.db')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const person = (id: string) => ({
  ...{ id, username: id, username_key: id, display_name: id, avatar_url: null, role: 'user' as const },
  ...{ password_hash: null, rev: 0, last_seen_at: null, created_at: 0 },
})
const add = (database: Database, id: string) => createStore(database.write).users.insert(person(id))

const within = async <T>(work: (database: Database) => Promise<T>): Promise<T> => {
  const database = await openSqlite(file)
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}
const peopleAndEpoch = () =>
  within(async ({ read }) => {
    const people = await read.selectFrom('users').select('id').orderBy('id').execute()
    return { people: people.map(({ id }) => id), epoch: await createStore(read).meta.epoch() }
  })

test('a backup of a running server restores everything that was committed by then, under a new epoch', async () => {
  const epoch = await within(async (database) => {
    await add(database, 'before')
    backUp(file, copy)
    await add(database, 'after')
    return createStore(database.read).meta.epoch()
  })
  const replaced = restore(copy, file)
  const now = await peopleAndEpoch()
  expect(now.people).toEqual(['before'])
  expect(now.epoch).not.toBe(epoch)
  expect(existsSync(replaced ?? '')).toBe(true)
})

test('the same backup restored twice has another epoch each time', async () => {
  await within((database) => add(database, 'one'))
  backUp(file, copy)
  restore(copy, file)
  const { epoch } = await peopleAndEpoch()
  restore(copy, file)
  expect((await peopleAndEpoch()).epoch).not.toBe(epoch)
})

test('a backup goes into an empty folder too', async () => {
  await within((database) => add(database, 'one'))
  backUp(file, copy)
  await rm(file)
  expect(restore(copy, file)).toBeUndefined()
  expect((await peopleAndEpoch()).people).toEqual(['one'])
})

test('nothing is restored under a running server', async () => {
  await within(async (database) => {
    await add(database, 'one')
    backUp(file, copy)
    expect(() => restore(copy, file)).toThrow('A server is running on this database: stop it first.')
    await add(database, 'two')
  })
  expect((await peopleAndEpoch()).people).toEqual(['one', 'two'])
})

test('a start that fails leaves the database to a restore', async () => {
  await within((database) => add(database, 'one'))
  backUp(file, copy)
  await within(({ write }) => sql`insert into migrations (name) values ('9999-of-tomorrow')`.execute(write))
  await expect(openSqlite(file)).rejects.toThrow('a newer Parley')
  restore(copy, file)
  expect((await peopleAndEpoch()).people).toEqual(['one'])
})

test('a backup that fails says so, and leaves no part of itself', async () => {
  await within((database) => add(database, 'one'))
  expect(() => backUp(file, join(directory, 'nowhere', 'copy.db'))).toThrow('The backup failed: ENOENT')
  const whole = await open(file, 'r+')
  const pageBytes = 4_096
  const { size } = await whole.stat()
  await whole.write(Buffer.alloc(size - pageBytes, 0xff), 0, size - pageBytes, pageBytes)
  await whole.close()
  for (let tries = 0; tries < 2; tries++) expect(() => backUp(file, copy)).toThrow('The backup failed: ')
  expect(existsSync(copy)).toBe(false)
})

test('a database that cannot be opened is reported in one sentence, and no part of a backup is left', async () => {
  await mkdir(file)
  expect(() => backUp(file, copy)).toThrow(BackupError)
  expect(() => backUp(file, copy)).toThrow(/^The backup failed: .+[.]$/)
  expect(existsSync(copy)).toBe(false)
})

test('only its owner may read a backup, and a database that comes from one', async () => {
  const modeOf = (path: string) => statSync(path).mode & 0o777
  await within((database) => add(database, 'one'))
  backUp(file, copy)
  expect(modeOf(copy)).toBe(0o600)
  await chmod(copy, 0o644)
  restore(copy, file)
  expect(modeOf(file)).toBe(0o600)
})

test('a file that is no backup is refused, and the database stays as it is', async () => {
  await within((database) => add(database, 'one'))
  await writeFile(copy, 'something else')
  const files = async () => (await readdir(directory)).filter((name) => name !== 'parley.lock').sort()
  const before = await files()
  expect(() => restore(copy, file)).toThrow('is no backup of Parley')
  expect(() => restore(join(directory, 'nowhere.db'), file)).toThrow('There is no file')
  expect(await files()).toEqual(before)
  expect((await peopleAndEpoch()).people).toEqual(['one'])
})

test('a backup replaces no other file', async () => {
  await within((database) => add(database, 'one'))
  await writeFile(copy, 'precious')
  expect(() => backUp(file, copy)).toThrow('is there already')
})

test('a damaged database can be replaced', async () => {
  await within((database) => add(database, 'one'))
  backUp(file, copy)
  await writeFile(file, 'no database at all, and long enough to be looked at as one')
  restore(copy, file)
  expect((await peopleAndEpoch()).people).toEqual(['one'])
})
