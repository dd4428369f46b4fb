import { join } from 'node:path'
import type { ControlledTransaction, Kysely } from 'kysely'
import type { Logger } from 'pino'
import { folderRefusal, holdFolderLock } from './folder-lock.ts'
import { isPostgresRace, isPostgresUnavailable, openPostgres } from './postgres.ts'
import { isSqliteRace, isSqliteUnavailable, openSqlite } from './sqlite/sqlite.ts'
import type { Tables } from './tables.ts'

export type Engine = 'sqlite' | 'postgres'
export type Transaction = ControlledTransaction<Tables>

/** The database of one node: one writer, and readers beside it that see committed rows alone. */
export interface Database {
  engine: Engine
  /** The writer's connection. Only the group commit writes through it. */
  write: Kysely<Tables>
  read: Kysely<Tables>
  /** Runs work that reads, all of it from one and the same state. */
  snapshot<T>(work: (read: Kysely<Tables>) => Promise<T>): Promise<T>
  /** Resolves when everything committed so far is on the disk: only then may an answer or event leave. */
  sync(): Promise<void>
  /**
   * Resolves with true when the engine's log no longer contains what was overwritten or deleted before; with false if
   * readers used the log for too long. On PostgreSQL it is true at once: vacuum and the age of its log remove such
   * data.
   */
  dropLog(): Promise<boolean>
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** The folder of the SQLite file, where no other database is named. */
  dataDir: string
  /** `postgres://user:password@host/name` */
  databaseUrl?: string | undefined
  /** May other nodes use the same PostgreSQL database? All of them must say so; a node that does not must be alone. */
  shared?: boolean | undefined
  /** How many milliseconds a statement may take on PostgreSQL; 4,000 if left out. */
  statementMs?: number
  log: Logger
}

/**
 * Opens PostgreSQL if a URL is given, otherwise SQLite in the data folder; makes and migrates the tables as needed.
 * Until `close`, a lock keeps servers away that do not share it; SQLite is never shared. Rejects with DatabaseRefused
 * if the operator must do something first; other failures, such as of a migration, are passed on as they are.
 */
export const openDatabase = (options: DatabaseOptions): Promise<Database> => {
  const { dataDir, databaseUrl: url, shared = false, statementMs = 4_000, log } = options
  return url === undefined ? openOwnSqlite(dataDir, log) : openPostgres({ url, shared, statementMs, log })
}

/** Locks the folder for this node alone, because it would not notice what another process commits to the file. */
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

/**
 * Is it an error of the database itself (its connection, its disk, a lock, a damaged file), not of the statement? The
 * same request may succeed later. Also true for a race of SQLite, so ask `isRace` first.
 */
export const isDatabaseUnavailable = (error: unknown): boolean =>
  isSqliteUnavailable(error) || isPostgresUnavailable(error)

/** Did another transaction come in between, so that a retry of the whole transaction sees its changes? */
export const isRace = (error: unknown): boolean => isPostgresRace(error) || isSqliteRace(error)

export { DatabaseRefused } from './node-lock.ts'
