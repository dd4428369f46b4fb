import type { Kysely } from 'kysely'
import type { Tables } from '../tables.ts'
import { DatabaseSync } from './node-sqlite.ts'
import { toKysely } from './sqlite-connection.ts'

/**
 * Opens a connection to the file, which it makes if there is none, but not its folder. The connection keeps up to so
 * many MiB of pages in memory; it waits up to 5 s for the lock of another one, and blocks the thread meanwhile. A
 * commit does not wait for the disk: it is durable after the `sync` of `openLog`. Throws SQLite's error if the file
 * cannot be opened or is no database. The caller must `destroy` the connection.
 */
export function connect(file: string, mebibytes: number): Kysely<Tables> {
  const database = new DatabaseSync(file, { timeout: 5_000, enableForeignKeyConstraints: true })
  try {
    configure(database, mebibytes)
  } catch (error) {
    database.close()
    throw error
  }
  const db = toKysely(database)
  const destroy = db.destroy.bind(db)
  db.destroy = async () => {
    await destroy()
    // Kysely itself closes only a connection that was used.
    if (database.isOpen) database.close()
  }
  return db
}

function configure(database: DatabaseSync, mebibytes: number): void {
  database.exec('pragma journal_mode = WAL')
  // SQLite itself waits for the disk where it copies its log into the database; for each commit, `sync` does.
  database.exec('pragma synchronous = NORMAL')
  // Deleted rows are overwritten: the file, and copies of it, must not keep what users deleted.
  database.exec('pragma secure_delete = on')
  database.exec(`pragma cache_size = -${mebibytes * 1024}`)
  // A checkpoint after 128 MiB of log writes each hot page once instead of many times; it waits for the disk.
  database.exec('pragma wal_autocheckpoint = 32768')
}
