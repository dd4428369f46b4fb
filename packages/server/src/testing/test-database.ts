import pino from 'pino'
import { type Database, openDatabase } from '../storage/database.ts'
import { topology } from './topology.ts'

/** The database that belongs to a data folder, wherever the tests run; beside a server that shares it. */
export const openTestDatabase = async (dataDir: string): Promise<Database> => {
  const { databaseUrl } = await topology().optionsFor(dataDir)
  return openDatabase({ dataDir, databaseUrl, shared: true, log: pino({ level: 'silent' }) })
}
