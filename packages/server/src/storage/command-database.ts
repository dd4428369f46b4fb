import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import pg from 'pg'
import { type FolderLock, FolderTaken, folderRefusal, holdFolderLock } from './folder-lock.ts'
import { inTransaction } from './in-transaction.ts'
import { migrate } from './migrate.ts'
import { databaseRefused, whileMigrating } from './node-lock.ts'
import { connect } from './sqlite/connect.ts'
import { openSqlite } from './sqlite/sqlite.ts'
import type { Tables } from './tables.ts'

interface DatabaseLocation {
  dataDir: string
  databaseUrl?: string | undefined
}

type Work<T> = (db: Kysely<Tables>) => Promise<T>

/**
 * Runs the work of a command in one transaction, beside a running server or without one, and resolves with its result
 * when the changes are on the disk. Makes and migrates the tables if needed; on SQLite it leaves that to a running
 * server. If the work fails, nothing is stored and it rejects with the same error, except for errors of the database
 * and of the connection to it, which become DatabaseRefused. It rejects with DatabaseRefused for a folder that it
 * cannot use.
 */
export const withDatabase = <T>({ dataDir, databaseUrl }: DatabaseLocation, work: Work<T>): Promise<T> =>
  databaseUrl === undefined ? onSqlite(dataDir, work) : onPostgres(databaseUrl, work)

async function onPostgres<T>(url: string, work: Work<T>): Promise<T> {
  let isConnected = false
  try {
    return await whileMigrating(url, async (db) => {
      isConnected = true
      await migrate(db, 'postgres')
      return inTransaction(db, work)
    })
  } catch (error) {
    throw isConnected && !isOfPostgres(error) ? error : databaseRefused(error)
  }
}

/** Does the server report it, or the network to it? */
const isOfPostgres = (error: unknown): boolean =>
  error instanceof pg.DatabaseError || (error instanceof Error && 'syscall' in error)

async function onSqlite<T>(dataDir: string, work: Work<T>): Promise<T> {
  const lock = lockUnlessServed(dataDir)
  const file = join(dataDir, 'parley.db')
  try {
    // A server that runs there has made the database, and has it locked.
    if (lock || !existsSync(file)) await (await openSqlite(file)).close()
    const db = connect(file, 1)
    try {
      // The server waits for the disk by itself; here SQLite does.
      await sql`pragma synchronous = full`.execute(db)
      return await db.connection().execute((one) => whileWriting(one, work))
    } finally {
      await db.destroy()
    }
  } catch (error) {
    throw folderRefusal(`data folder ${dataDir}`, 'DATA_DIR', error)
  } finally {
    lock?.release()
  }
}

/**
 * Locks the database before the first read: a transaction that reads while the server writes could not write itself.
 */
async function whileWriting<T>(db: Kysely<Tables>, work: Work<T>): Promise<T> {
  await sql`begin immediate`.execute(db)
  try {
    const result = await work(db)
    await sql`commit`.execute(db)
    return result
  } catch (error) {
    // On a full disk SQLite has rolled back by itself, and cannot do so again.
    await sql`rollback`.execute(db).catch(() => {})
    throw error
  }
}

/** The lock of the folder; undefined if a server has it. */
function lockUnlessServed(dataDir: string): FolderLock | undefined {
  try {
    return holdFolderLock(dataDir)
  } catch (error) {
    if (error instanceof FolderTaken) return undefined
    throw error
  }
}
