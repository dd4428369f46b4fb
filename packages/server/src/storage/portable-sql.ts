import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import { type Column, forMany, hotStatement, isPostgres } from './hot-statement.ts'
import type { Tables } from './tables.ts'

/*
 * All SQL that differs between the engines, beside `forMany`: many rows at once, locks of rows, lists as one parameter,
 * and the clock.
 */

/**
 * Makes a function that inserts rows with these columns; other fields of the rows are ignored, and other columns of the
 * table get their defaults. One row with a key that exists makes it reject, unless `onConflict` says what to do
 * instead; roll back then, because SQLite keeps the rows before it. An empty list inserts nothing.
 */
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
 * Makes a function that locks the rows with these ids for the rest of the transaction, in the order of the ids, so that
 * two nodes never deadlock. Ids without a row are ignored. It does nothing on SQLite, which has one writer.
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

/**
 * A condition of SQL: is the column one of these values? Never true for an empty list. All values are one parameter, so
 * that the statement is the same for any number of them.
 */
export const isAmong = (db: Kysely<Tables>, column: string, values: readonly string[]): RawBuilder<boolean> =>
  isInList(db, column, sql.val(listOf(db, values)))

/**
 * The same as `isAmong` for a statement that is compiled once: `list` is the placeholder for what `listOf` makes of the
 * values.
 */
export const isInList = (db: Kysely<Tables>, column: string, list: RawBuilder<unknown>): RawBuilder<boolean> =>
  isPostgres(db)
    ? sql`${sql.ref(column)} = any(${list}::text[])`
    : sql`${sql.ref(column)} in (select value from json_each(${list}))`

/** Values as the one parameter that `isInList` reads. */
export const listOf = (db: Kysely<Tables>, values: readonly string[]): unknown =>
  isPostgres(db) ? values : JSON.stringify(values)

export interface Pair {
  one: string
  other: string
}

/** A text for each pair, by which pairs are found in a map or set; the order of the two makes a difference. */
export const pairKey = ({ one, other }: Pair): string => `${one} ${other}`

/** Pairs as the parameters of a statement that reads `pairsTable`: the same for any number of them. */
export interface PairLists {
  ones: unknown
  others: unknown
}

/** Makes the parameters for `pairsTable`. */
export const pairLists = (db: Kysely<Tables>, pairs: readonly Pair[]): PairLists =>
  isPostgres(db)
    ? { ones: pairs.map(({ one }) => one), others: pairs.map(({ other }) => other) }
    : { ones: JSON.stringify(pairs.map(({ one, other }) => [one, other])), others: null }

/**
 * A table of pairs for the `from` of a statement that is compiled once, with the columns `one` and `other`, in any
 * order; the arguments are the placeholders for `pairLists`. Name the columns without a table: on SQLite it has no name.
 */
export const pairsTable = (
  db: Kysely<Tables>,
  { ones, others }: { [K in keyof PairLists]: RawBuilder<unknown> },
): RawBuilder<unknown> =>
  isPostgres(db)
    ? sql`unnest(${ones}::text[], ${others}::text[]) as pairs(one, other)`
    : sql`(select value ->> 0 as one, value ->> 1 as other from json_each(${ones}))`

/**
 * Waits until no other transaction holds the lock named `about`, and holds it to the end of this transaction, which may
 * take it again. It does nothing on SQLite, where transactions run one after the other anyway.
 */
export async function takeTurns(db: Kysely<Tables>, about: string): Promise<void> {
  if (isPostgres(db)) await sql`select pg_advisory_xact_lock(hashtextextended(${about}, 0))`.execute(db)
}

/**
 * The same as `takeTurns` for several names at once, always locked in the same order so that two callers never
 * deadlock. A name that is given twice counts once; an empty list locks nothing.
 */
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
 * Locks the row of this query, which must find at most one, for the rest of the transaction, without waiting. `busy`:
 * another transaction has locked it, and may wait for a lock of this one; `gone`: there is no such row. On SQLite,
 * which has one writer, it is never `busy`.
 */
export async function holdUnlessBusy<T extends keyof Tables, R>(
  db: Kysely<Tables>,
  query: SelectQueryBuilder<Tables, T, R>,
): Promise<'held' | 'busy' | 'gone'> {
  const row = await (isPostgres(db) ? query.forUpdate().skipLocked() : query).executeTakeFirst()
  if (row !== undefined) return 'held'
  return isPostgres(db) && (await query.executeTakeFirst()) !== undefined ? 'busy' : 'gone'
}
