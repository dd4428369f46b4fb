import { type CompiledQuery, type Kysely, type QueryResult, type SqliteDatabase, sql } from 'kysely'
import { prepareOnce } from './postgres-pool.ts'
import { heldConnection } from './sqlite.ts'
import type { Tables } from './tables.ts'

class Hole {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

type Holes<P> = { [K in keyof P]-?: ReturnType<typeof sql<P[K]>> }

interface Buildable<R> {
  compile(): CompiledQuery<R>
}

/** A statement of the hot path: built and compiled once for each database, and run with new values ever after. */
export type HotStatement<P, R> = (db: Kysely<Tables>, values: P) => Promise<R[]>

/**
 * Building a query costs four times as much as running it (19.3 against 4.3 µs), so the few statements that every
 * message runs are compiled once. `build` gets a hole for each value.
 *
 * @example
 * const byId = hotStatement<{ id: string }, UserRow>((db, { id }) => db.selectFrom('users').selectAll().where('id', '=', id))
 * const [row] = await byId(db, { id: 'u1' })
 */
export function hotStatement<P extends object, R>(
  build: (db: Kysely<Tables>, holes: Holes<P>) => Buildable<R>,
): HotStatement<P, R> {
  // One process speaks to one engine, but tests may open both: the SQL depends on the adapter alone.
  const compiled = new Map<unknown, CompiledQuery<R>>()
  const holes = new Proxy({} as Holes<P>, {
    get: (_, name) => sql.val(new Hole(String(name))),
  })
  return async (db, values) => {
    const adapter = db.getExecutor().adapter.constructor
    let query = compiled.get(adapter)
    if (!query) {
      query = build(db, holes).compile()
      compiled.set(adapter, query)
      prepareOnce(query.sql)
    }
    const parameters = query.parameters.map((value) => (value instanceof Hole ? values[value.name as keyof P] : value))
    const connection = heldConnection(db)
    if (connection) return runHeld<R>(connection, query.sql, parameters)
    const result: QueryResult<R> = await db.executeQuery({ ...query, parameters })
    return result.rows
  }
}

/** Past Kysely's executor, which costs more than a small statement does. */
function runHeld<R>(connection: SqliteDatabase, text: string, parameters: readonly unknown[]): R[] {
  const statement = connection.prepare(text)
  if (statement.reader) return statement.all(parameters) as R[]
  statement.run(parameters)
  return []
}
