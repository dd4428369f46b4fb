import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely, PostgresDialect } from 'kysely'
import pino from 'pino'
import { createPostgresPool } from './postgres-pool.ts'
import { connect } from './sqlite/sqlite-connection.ts'
import type { Tables } from './tables.ts'

/** Opens the database for a command that reads or changes a few rows, beside a server that may be running; undefined if there is none. */
export function openBeside(dataDir: string, databaseUrl: string | undefined): Kysely<Tables> | undefined {
  if (databaseUrl !== undefined) {
    const pool = createPostgresPool(databaseUrl, { connections: 1, session: [] }, pino({ level: 'silent' }))
    return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  }
  const file = join(dataDir, 'parley.db')
  return existsSync(file) ? connect(file, 1) : undefined
}
