import { join } from 'node:path'
import type { ControlledTransaction, Kysely } from 'kysely'
import type { Logger } from 'pino'
import { folderRefusal, holdFolderLock } from './folder-lock.ts'
import { isPostgresRace, isPostgresUnavailable, openPostgres } from './postgres.ts'
import { isSqliteRace, isSqliteUnavailable, openSqlite } from './sqlite/sqlite.ts'
import type { Tables } from './tables.ts'

export type Engine = 'sqlite' | 'postgres'
export type Transaction = ControlledTransaction<Tables>

/** The database of one node: one writer, and readers that see what is committed beside it. */
export interface Database {
  engine: Engine
  /** Used by the group commit alone. */
  write: Kysely<Tables>
  read: Kysely<Tables>
  /** Runs work that reads, all of it from one and the same state. */
  snapshot<T>(work: (read: Kysely<Tables>) => Promise<T>): Promise<T>
  /** Resolves when everything committed so far is on the disk: only then may an answer or event leave. */
  sync(): Promise<void>
  /**
   * Resolves when what was overwritten before is not in the engine's own log any more; false if readers kept it there for
   * too long. PostgreSQL does the same by itself, with its vacuum and the age of its log.
   */
  dropLog(): Promise<boolean>
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** The folder of the SQLite file, where no other database is named. */
  dataDir: string
  /** `postgres://user:password@host/name` */
  databaseUrl?: string | undefined
  /** Other nodes may use the same PostgreSQL database, because something tells them of each other's changes. */
  shared?: boolean | undefined
  log: Logger
}

/** Opens the database that is named, creating and migrating what is in it as needed. */
export const openDatabase = ({ dataDir, databaseUrl, shared = false, log }: DatabaseOptions): Promise<Database> =>
  databaseUrl === undefined ? openOwnSqlite(dataDir, log) : openPostgres({ url: databaseUrl, shared, log })

/** A node hears of no change that another process commits to its file, so it has the folder to itself. */
async function openOwnSqlite(dataDir: string, log: Logger): Promise<Database> {
  const lock = holdFolderLock(dataDir)
  try {
    const database = await openSqlite(join(dataDir, 'parley.db'), log)
    return { ...database, close: () => database.close().finally(lock.release) }
  } catch (error) {
    lock.release()
    throw folderRefusal(`data folder ${dataDir}`, 'DATA_DIR', error)
  }
}

/** Is the database itself unavailable, so that the same request may succeed later? */
export const isDatabaseUnavailable = (error: unknown): boolean =>
  isSqliteUnavailable(error) || isPostgresUnavailable(error)

/** Did somebody else write in between, so that a retry sees what they did? */
export const isRace = (error: unknown): boolean => isPostgresRace(error) || isSqliteRace(error)

export { DatabaseRefused } from './node-lock.ts'
