import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { Tables } from './tables.ts'

class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

type Placeholders<P> = { [K in keyof P]-?: ReturnType<typeof sql<P[K]>> }

interface Buildable<R> {
  compile(): CompiledQuery<R>
}

/** Builds a query with a placeholder for each value that it is run with. */
export type Build<P, R> = (db: Kysely<Tables>, placeholders: Placeholders<P>) => Buildable<R>

export interface Compiled<P, R> {
  query: CompiledQuery<R>
  /** The statement's parameters, in their order. */
  fill(values: P): unknown[]
}

/**
 * Builds a query with a placeholder for each value, and compiles it for the engine of this database; it runs nothing.
 * The result can be run on every database of this engine. `fill` makes the parameters of one run. `build` must use a
 * placeholder only as a parameter, because it has no value yet.
 */
export function compile<P extends object, R>(db: Kysely<Tables>, build: Build<P, R>): Compiled<P, R> {
  const placeholders = new Proxy({} as Placeholders<P>, {
    get: (_, name) => sql.val(new Placeholder(String(name))),
  })
  const query = build(db, placeholders).compile()
  return { query, fill: fillerOf<P>(query.parameters) }
}

/** A function of its own for each statement: one for all of them would look each value up by its name. */
function fillerOf<P>(parameters: readonly unknown[]): (values: P) => unknown[] {
  const places = parameters.map((value, at) =>
    value instanceof Placeholder ? `values[${JSON.stringify(value.name)}]` : `fixed[${at}]`,
  )
  const make = new Function('fixed', `return (values) => [${places.join(', ')}]`)
  return make(parameters) as (values: P) => unknown[]
}
