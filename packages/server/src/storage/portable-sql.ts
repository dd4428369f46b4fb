import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import { type Column, forMany, hotStatement, isPostgres } from './hot-statement.ts'
import type { Tables } from './tables.ts'

/*
 * What differs between the engines, beside `forMany`, and nothing else does: many rows at once, locks of rows, lists as one
 * parameter, and the clock.
 */

/** Inserts rows that have these columns; the table's other columns are left to themselves. */
export function insertMany<P extends object>(
  table: keyof Tables,
  columns: { [K in keyof P]-?: Column },
  onConflict = sql``,
): (db: Kysely<Tables>, rows: readonly P[]) => Promise<unknown> {
  const names = Object.keys(columns) as (keyof P & string)[]
  const into = sql`insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))})`
  const one = hotStatement<P, never>((db, row) => ({
    compile: () => sql<never>`${into} values (${sql.join(names.map((name) => row[name]))}) ${onConflict}`.compile(db),
  }))
  const list = sql.join(names.map((name) => sql.ref(`given.${name}`)))
  return forMany<P, never>(one, columns, (given) => sql`${into} select ${list} from ${given} ${onConflict}`)
}

/**
 * Makes what locks rows of a table for the rest of the transaction, in the order of their ids, so that two nodes never
 * wait for each other. On SQLite the one writer holds everything.
 */
export function holdRows(table: keyof Tables) {
  const hold = hotStatement<{ ids: unknown }, never>((db, { ids }) => ({
    compile: () =>
      sql<never>`select id from ${sql.table(table)} where id = any(${ids}::text[]) order by id for no key update`.compile(
        db,
      ),
  }))
  return async (db: Kysely<Tables>, ids: Iterable<string>): Promise<void> => {
    const wanted = [...new Set(ids)]
    if (wanted.length > 0 && isPostgres(db)) await hold(db, { ids: wanted })
  }
}

/** Is it one of these? As one parameter, so that the statement is the same for any number of them. */
export const isAmong = (db: Kysely<Tables>, column: string, values: readonly string[]): RawBuilder<boolean> =>
  isInList(db, column, sql.val(listOf(db, values)))

/** The same for a statement that is compiled once: `list` is the place of the values, which `listOf` makes. */
export const isInList = (db: Kysely<Tables>, column: string, list: RawBuilder<unknown>): RawBuilder<boolean> =>
  isPostgres(db)
    ? sql`${sql.ref(column)} = any(${list}::text[])`
    : sql`${sql.ref(column)} in (select value from json_each(${list}))`

export const listOf = (db: Kysely<Tables>, values: readonly string[]): unknown =>
  isPostgres(db) ? values : JSON.stringify(values)

export interface Pair {
  one: string
  other: string
}

/** A table of pairs, as parameters of a statement that is the same for any number of them. */
export const pairsTable = (db: Kysely<Tables>, pairs: readonly Pair[]): RawBuilder<unknown> =>
  isPostgres(db)
    ? sql`unnest(${pairs.map(({ one }) => one)}::text[], ${pairs.map(({ other }) => other)}::text[]) as pairs(one, other)`
    : sql`(select value ->> 'one' as one, value ->> 'other' as other from json_each(${JSON.stringify(pairs)}))`

/** Lets one transaction after the other do what must be decided once; on SQLite they come one after the other anyway. */
export async function takeTurns(db: Kysely<Tables>, about: string): Promise<void> {
  if (isPostgres(db)) await sql`select pg_advisory_xact_lock(hashtextextended(${about}, 0))`.execute(db)
}

/** The same about several things at once, taken in one order by everybody. */
export async function takeTurnsOfAll(db: Kysely<Tables>, abouts: readonly string[]): Promise<void> {
  if (!isPostgres(db) || abouts.length === 0) return
  const sorted = sql`select about from unnest(${[...new Set(abouts)].sort()}::text[]) with ordinality as given(about, at) order by at`
  await sql`select pg_advisory_xact_lock(hashtextextended(about, 0)) from (${sorted}) as sorted`.execute(db)
}

/** Milliseconds since 1970 by the clock that all nodes share: that of PostgreSQL, else that of this machine. */
export async function sharedTime(db: Kysely<Tables>): Promise<number> {
  if (!isPostgres(db)) return Date.now()
  const time = sql<{ now: number }>`select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now`
  return (await time.execute(db)).rows[0]?.now ?? Date.now()
}

/**
 * Holds a row for the rest of the transaction without waiting for it. `busy`: another transaction holds it, and may wait for
 * what this one holds; `gone`: there is none.
 */
export async function holdUnlessBusy<T extends keyof Tables, R>(
  db: Kysely<Tables>,
  query: SelectQueryBuilder<Tables, T, R>,
): Promise<'held' | 'busy' | 'gone'> {
  const row = await (isPostgres(db) ? query.forUpdate().skipLocked() : query).executeTakeFirst()
  if (row !== undefined) return 'held'
  return isPostgres(db) && (await query.executeTakeFirst()) !== undefined ? 'busy' : 'gone'
}
