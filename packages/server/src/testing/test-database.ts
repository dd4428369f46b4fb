import { join } from 'node:path'
import pino from 'pino'
import { type Database, openDatabase } from '../storage/database.ts'
import { openSqlite } from '../storage/sqlite/sqlite.ts'
import { topology } from './topology.ts'

/** The database that belongs to a data folder, wherever the tests run; it opens beside a server that shares it, or holds the folder. */
export const openTestDatabase = async (dataDir: string): Promise<Database> => {
  const { databaseUrl } = await topology().optionsFor(dataDir)
  if (databaseUrl === undefined) return openSqlite(join(dataDir, 'parley.db'))
  return openDatabase({ dataDir, databaseUrl, shared: true, log: pino({ level: 'silent' }) })
}
