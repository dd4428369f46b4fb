import { type CompiledQuery, type Kysely, type QueryResult, sql } from 'kysely'
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
export interface HotStatement<P, R> {
  (db: Kysely<Tables>, values: P): Promise<R[]>
  /** How to run it at once, in an open transaction of SQLite; undefined elsewhere. */
  within(db: Kysely<Tables>): ((values: P) => R[]) | undefined
}

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
  const queryFor = (db: Kysely<Tables>): CompiledQuery<R> => {
    const adapter = db.getExecutor().adapter.constructor
    const known = compiled.get(adapter)
    if (known) return known
    const query = build(db, holes).compile()
    compiled.set(adapter, query)
    prepareOnce(query.sql)
    return query
  }

  // Past Kysely's executor, which costs more than a small statement does, and with nothing to wait for.
  const within = (db: Kysely<Tables>) => {
    const connection = heldConnection(db)
    if (!connection) return undefined
    const query = queryFor(db)
    const statement = connection.prepare(query.sql)
    if (statement.reader) return (values: P) => statement.all(filled(query, values)) as R[]
    return (values: P) => {
      statement.run(filled(query, values))
      return []
    }
  }

  const run = async (db: Kysely<Tables>, values: P) => {
    const now = within(db)
    if (now) return now(values)
    const query = queryFor(db)
    const result: QueryResult<R> = await db.executeQuery({ ...query, parameters: filled(query, values) })
    return result.rows
  }
  return Object.assign(run, { within })
}

const filled = <P extends object>({ parameters }: CompiledQuery, values: P): unknown[] =>
  parameters.map((value) => (value instanceof Hole ? values[value.name as keyof P] : value))
