import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname } from 'node:path'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { type FolderLock, FolderTaken, holdFolderLock } from './folder-lock.ts'
import { isLogCut, removeMark } from './sqlite/log-mark.ts'
import { DatabaseSync } from './sqlite/node-sqlite.ts'

/** A failure that the operator reads as one sentence. */
export class BackupError extends Error {}

/**
 * Copies the database, as it is at one moment, into a new file that only its owner may read; uploaded files are not in
 * it. A server may go on writing meanwhile. Throws BackupError if the file exists already, if there is no database, and
 * if SQLite or the disk fails, which leaves no part of the copy. If no server runs, SQLite empties the log of the
 * database at the end. Its mark is then removed, because the next start would take the log for cut.
 */
export function backUp(database: string, file: string): void {
  if (existsSync(file)) throw new BackupError(`${file} is there already: a backup replaces nothing.`)
  const isLogWhole = existsSync(database) && isUnserved(database) && !isLogCut(database)
  let source: DatabaseSync | undefined
  let isMade = false
  try {
    source = openExisting(database)
    // SQLite fills an empty file. If two backups begin at once, one of them makes it.
    closeSync(openSync(file, 'wx', 0o600))
    isMade = true
    source.exec('pragma busy_timeout = 5000')
    source.prepare('vacuum into ?').run(file)
    flush(file)
  } catch (error) {
    if (isMade) rmSync(file, { force: true })
    throw error instanceof BackupError ? error : new BackupError(`The backup failed: ${sentenceOf(error)}.`)
  } finally {
    source?.close()
    if (isLogWhole && isUnserved(database)) removeMark(database)
  }
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** False also where that cannot be told, because this user may not write there. */
function isUnserved(database: string): boolean {
  try {
    holdFolderLock(dirname(database)).release()
    return true
  } catch {
    return false
  }
}

/**
 * Copies a backup to the place of the database, with a new epoch: every client then starts anew instead of mixing two
 * histories. Returns the path to which the database before was moved; undefined if there was none. Throws BackupError
 * if a server runs, or if the file is missing, damaged or no backup: the database before then stays in its place. A
 * folder that cannot be used throws DatabaseRefused; other failures of the disk are thrown as they are.
 */
export function restore(file: string, database: string): string | undefined {
  if (!existsSync(file)) throw new BackupError(`There is no file ${file}.`)
  // A server that starts meanwhile would open a database that is about to be replaced.
  const lock = lockWithoutServer(dirname(database))
  try {
    return replaceDatabase(file, database)
  } finally {
    lock.release()
  }
}

function replaceDatabase(file: string, database: string): string | undefined {
  const [incoming, replaced] = [`${database}.incoming`, `${database}.before-${uuidv7()}`]
  const isThere = existsSync(database)
  rmSync(incoming, { force: true })
  try {
    copyFileSync(file, incoming, constants.COPYFILE_EXCL)
    // The copy has the permissions of the backup.
    chmodSync(incoming, 0o600)
    beginEpoch(incoming)
    flush(incoming)
    // It comes last: without its log, but with the mark of it, the database before would count as cut.
    if (isThere) closeForGood(database)
  } catch (error) {
    rmSync(incoming, { force: true })
    throw error
  }
  // The log of a database that is gone, or damaged, must not be taken for that of the next.
  removeLog(database)
  removeMark(database)
  if (isThere) renameSync(database, replaced)
  renameSync(incoming, database)
  flush(dirname(database))
  return isThere ? replaced : undefined
}

/**
 * Gives a database that PostgreSQL's own tools have restored a new epoch. Run it before the first node starts. Rejects
 * with BackupError if the database cannot be used or is none of Parley's, and with another error for an invalid URL.
 */
export async function beginPostgresEpoch(url: string): Promise<void> {
  const client = new pg.Client(url)
  try {
    await client.connect()
    const { rowCount } = await client.query(`update meta set value = $1 where key = 'epoch'`, [uuidv7()])
    if (rowCount !== 1) throw new BackupError('This is no database of Parley.')
  } catch (error) {
    if (error instanceof BackupError) throw error
    throw new BackupError(`The database cannot be used: ${error instanceof Error ? error.message : String(error)}.`)
  } finally {
    await client.end().catch(() => {})
  }
}

const serverIsRunning = 'A server is running on this database: stop it first.'

function lockWithoutServer(dataDir: string): FolderLock {
  try {
    return holdFolderLock(dataDir)
  } catch (error) {
    throw error instanceof FolderTaken ? new BackupError(serverIsRunning) : error
  }
}

function openExisting(file: string): DatabaseSync {
  if (!existsSync(file)) throw new BackupError(`There is no database ${file}.`)
  return new DatabaseSync(file)
}

/** Moves the log into the database and removes it. SQLite allows this only to the last connection. */
function closeForGood(file: string): void {
  const database = openExisting(file)
  try {
    database.exec('pragma journal_mode = delete')
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === 5) {
      throw new BackupError(serverIsRunning)
    }
    // A damaged database is a reason to restore one.
  } finally {
    database.close()
  }
}

/** The log of a database that is gone or damaged must not be taken for that of the next. */
function removeLog(file: string): void {
  for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
}

function beginEpoch(file: string): void {
  const database = openExisting(file)
  try {
    database.exec('pragma journal_mode = delete')
    const damage = database.prepare('pragma integrity_check(1)').get()
    if (damage?.integrity_check !== 'ok') throw new BackupError(`${file} is damaged: ${damage?.integrity_check}.`)
    const { changes } = database.prepare(`update meta set value = ? where key = 'epoch'`).run(uuidv7())
    if (changes !== 1) throw new BackupError(`${file} is no backup of Parley.`)
  } catch (error) {
    if (error instanceof BackupError) throw error
    throw new BackupError(
      isOfContent(error) ? `${file} is no backup of Parley.` : `${file} cannot be used: ${sentenceOf(error)}.`,
    )
  } finally {
    database.close()
  }
}

/** Is the file no database, a damaged one, or one without the table, and not the disk full or failing? */
const isOfContent = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && [1, 11, 26].includes(Number(error.errcode) & 0xff)

/** Waits until the disk has the file or folder. */
function flush(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
