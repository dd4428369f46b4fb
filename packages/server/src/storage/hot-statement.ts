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
  const compiled = new Map<unknown, Compiled<P, R>>()
  const holes = new Proxy({} as Holes<P>, {
    get: (_, name) => sql.val(new Hole(String(name))),
  })
  const compiledFor = (db: Kysely<Tables>): Compiled<P, R> => {
    const adapter = db.getExecutor().adapter.constructor
    const known = compiled.get(adapter)
    if (known) return known
    const query = build(db, holes).compile()
    const made = { query, fill: fillerOf<P>(query.parameters) }
    compiled.set(adapter, made)
    prepareOnce(query.sql)
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

interface Compiled<P, R> {
  query: CompiledQuery<R>
  /** The statement's parameters, in their order. */
  fill(values: P): unknown[]
}

/** A function of its own for each statement: one for all of them would look each value up by its name. */
function fillerOf<P>(parameters: readonly unknown[]): (values: P) => unknown[] {
  const places = parameters.map((value, at) =>
    value instanceof Hole ? `values[${JSON.stringify(value.name)}]` : `fixed[${at}]`,
  )
  const make = new Function('fixed', `return (values) => [${places.join(', ')}]`)
  return make(parameters) as (values: P) => unknown[]
}
