import { join } from 'node:path'
import pino from 'pino'
import { type Database, openDatabase } from '../storage/database.ts'
import { openSqlite } from '../storage/sqlite/sqlite.ts'
import { patience } from './patience.ts'
import { topology } from './topology.ts'

/**
 * Opens the database of a data folder, on the engine of the tests. A server may be using it: on SQLite any server, on
 * PostgreSQL one with `sharedDatabase`.
 */
export const openTestDatabase = async (dataDir: string): Promise<Database> => {
  const { databaseUrl } = await topology().optionsFor(dataDir)
  if (databaseUrl === undefined) return openSqlite(join(dataDir, 'parley.db'))
  const log = pino({ level: 'silent' })
  return openDatabase({ dataDir, databaseUrl, shared: true, statementMs: patience.waitMs, log })
}
