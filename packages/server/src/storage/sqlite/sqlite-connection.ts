import { fstatSync, writeSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite'
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely'
import type { Tables } from '../tables.ts'
import { markBytes } from './log-mark.ts'

/** Wraps a connection of Node's SQLite for Kysely, whose `destroy` closes it, but only if it was used before. */
export function toKysely(database: DatabaseSync): Kysely<Tables> {
  const connection = asKyselyDatabase(database)
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: connection }) })
  connections.set(db.getExecutor().adapter, connection)
  return db
}

const connections = new WeakMap<object, SqliteDatabase>()

/** The SQLite connection of a transaction that Kysely began; undefined outside of one, and on PostgreSQL. */
export const heldConnection = (db: Kysely<Tables>): SqliteDatabase | undefined =>
  db.isTransaction ? connections.get(db.getExecutor().adapter) : undefined

/** Makes `sync`: puts SQLite's log on the disk, its size into the mark; rejects if that fails. Close both yourself. */
export function syncOf(log: FileHandle, mark: FileHandle): () => Promise<void> {
  let marked = -1
  return async () => {
    const { size } = fstatSync(log.fd)
    await log.datasync().catch((cause) => Promise.reject(new DiskFailure(cause)))
    if (size !== marked) writeSync(mark.fd, String(size).padEnd(markBytes), 0)
    marked = size
  }
}

/**
 * Node's own SQLite in the shape that Kysely's dialect takes. Prepared statements are kept: Kysely prepares each anew,
 * which is two thirds of what a small query costs.
 */
function asKyselyDatabase(database: DatabaseSync): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>()
  const most = 500
  const prepare = (sql: string): SqliteStatement => {
    const statement = database.prepare(sql)
    const columns = statement.columns().map(({ name }) => name)
    const reader = columns.length > 0
    if (reader) statement.setReturnArrays(true)
    const toRow = rowMaker(columns)
    const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
    return {
      reader,
      all: (parameters) => rowsOf(statement.all(...values(parameters))).map(toRow),
      run: (parameters) => statement.run(...values(parameters)),
      *iterate(parameters) {
        for (const row of statement.iterate(...values(parameters))) yield toRow(row as unknown as Values)
      },
    }
  }
  return {
    close: () => database.close(),
    prepare: (sql) => {
      const found = kept.get(sql)
      if (found) return found
      const statement = prepare(sql)
      if (kept.size >= most) kept.delete(kept.keys().next().value ?? '')
      kept.set(sql, statement)
      return statement
    },
  }
}

type Values = readonly SQLOutputValue[]

/** Node's types do not follow `setReturnArrays`. */
const rowsOf = (rows: unknown[]) => rows as Values[]

/**
 * Makes rows of their values. As a function of its own for each statement, all its rows have one shape that the engine
 * knows; those that Node makes are dictionaries, slow to make and slow to read (6.1 against 2.5 µs for 21 columns).
 */
const rowMaker = (columns: readonly string[]): ((values: Values) => unknown) => {
  const fields = columns.map((name, at) => `${JSON.stringify(name)}: values[${at}]`)
  return new Function('values', `return { ${fields.join(', ')} }`) as (values: Values) => unknown
}

/** The disk did not take a write. The code is that of SQLite for the same failure. */
class DiskFailure extends Error {
  readonly errcode = 10
  constructor(cause: unknown) {
    super('The disk failed.', { cause })
  }
}
