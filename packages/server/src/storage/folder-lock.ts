import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DatabaseRefused } from './node-lock.ts'

/** Another process, or another server in this one, has the folder. */
export class FolderTaken extends DatabaseRefused {}

export interface FolderLock {
  release(): void
}

/**
 * Takes a data folder for one process alone. SQLite holds the lock on a file of its own that stays empty: the operating
 * system ends it with the process, however that ends, and SQLite itself refuses a second server in the same process.
 */
export function holdFolderLock(dataDir: string): FolderLock {
  let database: DatabaseSync | undefined
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    database = new DatabaseSync(privateFile(join(dataDir, 'parley.lock')))
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
 * The file, made readable by its owner alone if it is not there. One that is there must not be opened besides SQLite:
 * closing it again would end the locks that this process holds on it.
 */
export function privateFile(file: string): string {
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
  const reason = error instanceof Error ? error.message : String(error)
  return new DatabaseRefused(`The data folder ${dataDir} cannot be used: ${reason}.`, { cause: error })
}
