import { type Kysely, PostgresAdapter, type QueryResult, type RawBuilder, sql } from 'kysely'
import { type Build, type Compiled, compile } from './compiled-query.ts'
import { prepareOnce } from './postgres-pool.ts'
import { heldConnection } from './sqlite/sqlite-connection.ts'
import type { Tables } from './tables.ts'

/** Is this a connection or transaction of PostgreSQL? Otherwise it is one of SQLite. */
export const isPostgres = (db: Kysely<Tables>): boolean => db.getExecutor().adapter instanceof PostgresAdapter

/** A statement of the hot path: built and compiled once for each engine, and then run with new values each time. */
export interface HotStatement<P, R> {
  (db: Kysely<Tables>, values: P): Promise<R[]>
  /** The function that runs it synchronously, in an open transaction of SQLite; undefined elsewhere. */
  within(db: Kysely<Tables>): ((values: P) => R[]) | undefined
}

/**
 * Makes a function that runs a statement with values and resolves with its rows. `build` gets a placeholder for each
 * value; it runs once for each engine, at the first use: building costs four times as much as running (19.3, 4.3 µs).
 *
 * @example
 * const byId = hotStatement<{ id: string }, UserRow>((db, { id }) => db.selectFrom('users').selectAll().where('id', '=', id))
 * const [row] = await byId(db, { id: 'u1' })
 */
export function hotStatement<P extends object, R>(build: Build<P, R>): HotStatement<P, R> {
  // One process speaks to one engine, but tests may open both: the SQL depends on the adapter alone.
  const compiled = new Map<unknown, Compiled<P, R>>()
  const compiledFor = (db: Kysely<Tables>): Compiled<P, R> => {
    const adapter = db.getExecutor().adapter.constructor
    const known = compiled.get(adapter)
    if (known) return known
    const made = compile(db, build)
    compiled.set(adapter, made)
    prepareOnce(made.query.sql)
    return made
  }

  // Past Kysely's executor, which costs more than a small statement does, and with nothing to wait for.
  const within = (db: Kysely<Tables>) => {
    const connection = heldConnection(db)
    if (!connection) return undefined
    const { query, fill } = compiledFor(db)
    const statement = connection.prepare(query.sql)
    if (statement.reader) return (values: P) => statement.all(fill(values)) as R[]
    return (values: P) => {
      statement.run(fill(values))
      return []
    }
  }
  const run = async (db: Kysely<Tables>, values: P) => {
    const now = within(db)
    if (now) return now(values)
    const { query, fill } = compiledFor(db)
    const result: QueryResult<R> = await db.executeQuery({ ...query, parameters: fill(values) })
    return result.rows
  }
  return Object.assign(run, { within })
}

export type Column = 'text' | 'bigint'

/**
 * Makes a function that runs a statement for a list of values, and resolves with the rows of each, in the order of the
 * list. PostgreSQL gets all in one round trip: `many` selects from `given`, a table of the values with their position
 * `at`, and returns `at` with each row. SQLite, which has no round trips, runs `one` for each.
 */
export function forMany<P extends object, R>(
  one: HotStatement<P, R>,
  columns: { [K in keyof P]-?: Column },
  many: (given: RawBuilder<unknown>) => RawBuilder<R & { at: number }>,
): (db: Kysely<Tables>, list: readonly P[]) => Promise<R[][]> {
  const names = Object.keys(columns) as (keyof P & string)[]
  const all = hotStatement<Record<string, unknown>, R & { at: number }>((db, lists) => {
    const arrays = names.map((name) => sql`${lists[name]}::${sql.raw(columns[name])}[]`)
    const given = sql`unnest(${sql.join(arrays)}) with ordinality as given(${sql.raw([...names, 'at'].join(', '))})`
    return { compile: () => many(given).compile(db) }
  })
  return async (db, list) => {
    const now = one.within(db)
    if (now) return list.map(now)
    const found: R[][] = []
    if (!isPostgres(db)) {
      for (const values of list) found.push(await one(db, values))
      return found
    }
    if (list.length === 0) return found
    for (const _ of list) found.push([])
    const rows = await all(db, Object.fromEntries(names.map((name) => [name, list.map((values) => values[name])])))
    for (const row of rows) found[row.at - 1]?.push(row)
    return found
  }
}
