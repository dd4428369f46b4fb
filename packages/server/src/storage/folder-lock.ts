import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseRefused } from './node-lock.ts'
import { DatabaseSync } from './sqlite/node-sqlite.ts'

/** Another process, or another server in this one, has the folder. */
export class FolderTaken extends DatabaseRefused {}

export interface FolderLock {
  release(): void
}

/**
 * Locks a data folder, which it makes if needed, for one server until the end of the process or `release`, which fails
 * the second time. It does not wait: it throws FolderTaken if another server has it, also one in this process, or
 * DatabaseRefused if the folder cannot be used. SQLite holds the lock on an extra file that stays empty.
 */
export function holdFolderLock(dataDir: string): FolderLock {
  let database: DatabaseSync | undefined
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    database = new DatabaseSync(ensurePrivateFile(join(dataDir, 'parley.lock')))
    // Without a journal nothing is left beside the file when the process is killed.
    database.exec('pragma journal_mode = off')
    database.exec('begin exclusive')
  } catch (error) {
    database?.close()
    throw refusalOf(dataDir, error)
  }
  const held = database
  return { release: () => held.close() }
}

/**
 * Makes an empty file, readable by its owner alone, if there is none, and returns its path. Its folder must exist. An
 * existing file is neither changed nor opened: closing it again would end the locks that this process holds on it.
 */
export function ensurePrivateFile(file: string): string {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
  return file
}

const busy = 5

function refusalOf(dataDir: string, error: unknown): DatabaseRefused {
  if (error instanceof Error && 'errcode' in error && error.errcode === busy) {
    return new FolderTaken(
      `Another Parley server uses the data folder ${dataDir}. Stop it, or give this one a folder of its own (DATA_DIR); servers that share one history need PostgreSQL and Redis (DATABASE_URL, REDIS_URL).`,
    )
  }
  return folderRefusal(`data folder ${dataDir}`, 'DATA_DIR', error)
}

const isUnwritable = (code: unknown, sqlite: number) =>
  code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || sqlite === 8 || sqlite === 14

const isFull = (code: unknown, sqlite: number) => code === 'ENOSPC' || code === 'EDQUOT' || sqlite === 13

/**
 * Turns a failure of files or SQLite into a DatabaseRefused whose sentence says what to do. It returns the error and
 * throws nothing. A DatabaseRefused, and errors of another kind, are returned as they are; what is no Error becomes
 * one. `folder` names the folder in the sentence, `option` the setting for it.
 */
export function folderRefusal(folder: string, option: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  if (error instanceof DatabaseRefused) return error
  const { code, errcode } = error as Error & { code?: unknown; errcode?: unknown }
  const sqlite = Number(errcode ?? 0) & 0xff
  const refuse = (sentence: string) =>
    new DatabaseRefused(`The ${folder} cannot be used: ${sentence}`, { cause: error })
  if (isUnwritable(code, sqlite)) {
    return refuse(`Parley may not write there. Give its user the right to, or name another folder (${option}).`)
  }
  if (isFull(code, sqlite)) return refuse('its disk is full. Make room there, and start Parley again.')
  if (sqlite === 11 || sqlite === 26) {
    return refuse('parley.db is damaged, or no database. Bring a backup back: parley restore FILE.')
  }
  if (code === 'ENOTDIR' || code === 'EEXIST' || code === 'ENOENT' || code === 'EISDIR') {
    return refuse(`it is no folder, and none can be made in its place. Name another one (${option}).`)
  }
  return sqlite > 0 || 'syscall' in error ? refuse(`${error.message}.`) : error
}
