import { copyFile, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createStore } from '../../features/index.ts'
import { backUp, restore } from '../backup.ts'
import type { Database } from '../database.ts'
import { openSqlite } from './sqlite.ts'

let folder: string
let running: Database
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-'))
  running = await openSqlite(join(folder, 'parley.db'))
})
afterEach(async () => {
  await running.close()
  await rm(folder, { recursive: true, force: true })
})

const epochOf = ({ read }: Database) => createStore(read).meta.epoch()

const write = async (times: number) => {
  for (let i = 0; i < times; i++) await createStore(running.write).meta.keepFirst(`key ${i}`, 'x'.repeat(4_000))
  await running.sync()
}

/** Copies the files of the server as they are now, which is what it would leave behind if it were killed. */
async function killed(): Promise<string> {
  const left = await mkdtemp(join(folder, 'killed-'))
  for (const name of await readdir(folder)) {
    // SQLite makes its index of the log anew.
    if (/^parley\.db(-wal|-mark)?$/.test(name)) await copyFile(join(folder, name), join(left, name))
  }
  return join(left, 'parley.db')
}

/** The epoch of a server that starts on these files. */
async function epochAfter(file: string): Promise<string> {
  const database = await openSqlite(file)
  try {
    return await epochOf(database)
  } finally {
    await database.close()
  }
}

test('D5: the epoch stays if nothing is lost, however often a server is killed or closed', async () => {
  await write(20)
  const epoch = await epochOf(running)
  const file = await killed()
  expect(await epochAfter(file)).toBe(epoch)
  expect(await epochAfter(file)).toBe(epoch)
})

test('D5: a backup of what a killed server left is no cut, and hides none', async () => {
  await write(20)
  const epoch = await epochOf(running)
  const file = await killed()
  backUp(file, join(folder, 'first.db'))
  expect(await epochAfter(file)).toBe(epoch)

  const cut = await killed()
  await truncate(`${cut}-wal`, Math.floor((await stat(`${cut}-wal`)).size / 2))
  backUp(cut, join(folder, 'second.db'))
  expect(await epochAfter(cut)).not.toBe(epoch)
})

test('D5: a backup or a restore that fails is no cut', async () => {
  await write(20)
  const epoch = await epochOf(running)
  const file = await killed()
  expect(() => backUp(file, join(folder, 'nowhere', 'copy.db'))).toThrow('The backup failed')
  expect(await epochAfter(file)).toBe(epoch)

  const other = await killed()
  const noBackup = join(folder, 'no-backup.db')
  await writeFile(noBackup, 'something else')
  expect(() => restore(noBackup, other)).toThrow('is no backup')
  expect(await epochAfter(other)).toBe(epoch)
})

test('D5: a start that fails is no cut, and hides none', async () => {
  const tomorrow = '9999-of-tomorrow'
  await sql`insert into migrations (name) values (${tomorrow})`.execute(running.write)
  await write(20)
  const epoch = await epochOf(running)
  const epochAfterFailure = async (file: string) => {
    await expect(openSqlite(file)).rejects.toThrow('a newer Parley')
    const database = new DatabaseSync(file)
    database.prepare('delete from migrations where name = ?').run(tomorrow)
    database.close()
    return epochAfter(file)
  }
  expect(await epochAfterFailure(await killed())).toBe(epoch)

  const cut = await killed()
  await truncate(`${cut}-wal`, (await stat(`${cut}-wal`)).size - 4_096)
  expect(await epochAfterFailure(cut)).not.toBe(epoch)
})

test.each([
  ['by its last page', (size: number) => size - 4_096],
  ['by half', (size: number) => Math.floor(size / 2)],
  ['to nothing', () => 0],
])('D5: a log that is cut %s begins a new epoch, and only one', async (_, cut) => {
  await write(20)
  const epoch = await epochOf(running)
  const file = await killed()
  await truncate(`${file}-wal`, cut((await stat(`${file}-wal`)).size))
  const next = await epochAfter(file)
  expect(next).not.toBe(epoch)
  expect(await epochAfter(file)).toBe(next)
})

test('D5: a log that is gone begins a new epoch', async () => {
  await write(3)
  const epoch = await epochOf(running)
  const file = await killed()
  await rm(`${file}-wal`)
  expect(await epochAfter(file)).not.toBe(epoch)
})

test('D5: a log that the server emptied itself is not cut', async () => {
  await write(20)
  const epoch = await epochOf(running)
  expect(await running.dropLog()).toBe(true)
  expect(await epochAfter(await killed())).toBe(epoch)
  await write(1)
  expect(await epochAfter(await killed())).toBe(epoch)
})
