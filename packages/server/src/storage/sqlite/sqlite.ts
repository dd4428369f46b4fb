import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import { v7 as uuidv7 } from 'uuid'
import type { Database } from '../database.ts'
import { ensurePrivateFile } from '../folder-lock.ts'
import { migrate } from '../migrate.ts'
import type { Tables } from '../tables.ts'
import { connect } from './connect.ts'
import { isLogCut, removeMark } from './log-mark.ts'
import { type OpenLog, openLog } from './open-log.ts'
import { createSqliteReaders } from './sqlite-readers.ts'

/** MiB of pages that a connection keeps in memory. */
const pages = { write: 32, read: 8 }

/**
 * Opens and migrates a database file, which it makes if needed: one writer, one reader of committed rows, and further
 * readers that each hold a snapshot. It does not lock the folder: the caller must. If the log was cut while no server
 * ran, it begins a new epoch. A commit does not wait for the disk; `sync` does, on another thread (ADR 10). Rejects as
 * `migrate` does; failures of SQLite and the disk are passed on as they are. Nothing stays open then.
 */
export async function openSqlite(file: string, log?: Logger): Promise<Database> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const isCut = isLogCut(file)
  // Only the server's user may read the messages; SQLite gives its log the same permissions.
  const write = connect(ensurePrivateFile(file), pages.write)
  const opened = [write]
  try {
    const ran = await migrate(write, 'sqlite')
    if (isCut) await beginEpoch(write, log)
    // A migration that rewrites a table leaves a log as long as the table.
    if (ran.length > 0) await sql`pragma wal_checkpoint(truncate)`.execute(write)
    const read = connect(file, pages.read)
    opened.push(read)
    return databaseOf(file, write, read, await openLog(file))
  } catch (error) {
    await Promise.allSettled(opened.map((connection) => connection.destroy()))
    // SQLite has emptied the log itself, which must not count as cut at the next start.
    if (!isCut && !existsSync(`${file}-wal`)) removeMark(file)
    throw error
  }
}

function databaseOf(file: string, write: Kysely<Tables>, read: Kysely<Tables>, wal: OpenLog): Database {
  const readers = createSqliteReaders((mebibytes) => connect(file, mebibytes))
  return {
    engine: 'sqlite',
    write,
    read,
    snapshot: (work) => readers.use((reader) => reader.transaction().execute(work)),
    sync: wal.sync,
    dropLog: async () => {
      const isDropped = await dropLog(write)
      await wal.sync()
      return isDropped
    },
    close: async () => {
      await wal.close()
      await Promise.all([readers.close(), read.destroy()])
      await write.destroy()
      removeMark(file)
    },
  }
}

/** Makes clients start anew, instead of going on with a history of which the server has lost the end. */
async function beginEpoch(write: Kysely<Tables>, log?: Logger): Promise<void> {
  log?.warn(
    'the log of the database was cut while no server ran: what was acknowledged last is lost; a new epoch begins',
  )
  await write.updateTable('meta').set({ value: uuidv7() }).where('key', '=', 'epoch').execute()
}

const most = { tries: 100, waitMs: 50 }

/**
 * Copies the log into the database and empties it, once no connection reads from it. Resolves with false after 100
 * tries.
 */
async function dropLog(write: Kysely<Tables>): Promise<boolean> {
  for (let tries = 0; tries < most.tries; tries++) {
    const isDone = await write.connection().execute(async (connection) => {
      // SQLite would wait for readers in this very thread, in which they could then never end.
      const { rows: kept } = await sql<{ timeout: number }>`pragma busy_timeout`.execute(connection)
      await sql`pragma busy_timeout = 0`.execute(connection)
      const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(connection)
      await sql.raw(`pragma busy_timeout = ${kept[0]?.timeout}`).execute(connection)
      return rows[0]?.busy === 0
    })
    if (isDone) return true
    await new Promise((resolve) => setTimeout(resolve, most.waitMs))
  }
  return false
}

// SQLite's primary result codes for a disk that is full, failing, locked or gone.
const unavailable = new Set([5, 8, 10, 11, 13, 14, 26])

/**
 * Is the disk or the file full, failing, locked, read-only, damaged or gone? Also true for what `isSqliteRace` finds.
 */
export const isSqliteUnavailable = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && unavailable.has(Number(error.errcode) & 0xff)

/** Did a command beside the server commit between a transaction's read and its write? */
export const isSqliteRace = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === 517
