import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { type FolderLock, FolderTaken, holdFolderLock } from './folder-lock.ts'
import { inTransaction } from './in-transaction.ts'
import { migrate } from './migrate.ts'
import { databaseRefused, whileMigrating } from './node-lock.ts'
import { connect } from './sqlite/connect.ts'
import { openSqlite } from './sqlite/sqlite.ts'
import type { Tables } from './tables.ts'

interface Place {
  dataDir: string
  databaseUrl?: string | undefined
}

type Work<T> = (db: Kysely<Tables>) => Promise<T>

/**
 * Runs the little that a command does to the database in one transaction, whether a server runs on it or not. Resolves when it
 * is on the disk. A database that is not there yet is made.
 */
export const withDatabase = <T>({ dataDir, databaseUrl }: Place, work: Work<T>): Promise<T> =>
  databaseUrl === undefined ? onSqlite(dataDir, work) : onPostgres(databaseUrl, work)

async function onPostgres<T>(url: string, work: Work<T>): Promise<T> {
  try {
    return await whileMigrating(url, async (db) => {
      await migrate(db, 'postgres')
      return inTransaction(db, work)
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      throw databaseRefused(error)
    }
    throw error
  }
}

async function onSqlite<T>(dataDir: string, work: Work<T>): Promise<T> {
  const lock = lockUnlessServed(dataDir)
  const file = join(dataDir, 'parley.db')
  try {
    // A server that runs there has made the database, and is its owner.
    if (lock || !existsSync(file)) await (await openSqlite(file)).close()
    const db = connect(file, 1)
    try {
      // The server waits for the disk by itself; here SQLite does.
      await sql`pragma synchronous = full`.execute(db)
      return await db.connection().execute((one) => whileWriting(one, work))
    } finally {
      await db.destroy()
    }
  } finally {
    lock?.release()
  }
}

/** Waits for the server to end its transaction first: one that began to read before could not write after it. */
async function whileWriting<T>(db: Kysely<Tables>, work: Work<T>): Promise<T> {
  await sql`begin immediate`.execute(db)
  try {
    const result = await work(db)
    await sql`commit`.execute(db)
    return result
  } catch (error) {
    await sql`rollback`.execute(db)
    throw error
  }
}

function lockUnlessServed(dataDir: string): FolderLock | undefined {
  try {
    return holdFolderLock(dataDir)
  } catch (error) {
    if (error instanceof FolderTaken) return undefined
    throw error
  }
}
