import { type Expression, type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely'
import { type HotStatement, hotStatement } from './hot-statement.ts'
import type { Tables } from './tables.ts'

/*
 * What differs between the engines, and nothing else does: statements for many values at once, locks of rows, and the
 * lower case of letters.
 */

const isPostgres = (db: Kysely<Tables>): boolean => db.getExecutor().adapter instanceof PostgresAdapter

type Column = 'text' | 'bigint'

/**
 * One statement of the hot path for a list of values, which are its parameters in the order of the list. PostgreSQL gets
 * them in one round trip: `many` is written with `given`, a table of them with their place `at`, which it returns with
 * each row. SQLite, where there is no way to go, runs `one` for each.
 */
export function forMany<P extends object, R>(
  one: HotStatement<P, R>,
  columns: { [K in keyof P]-?: Column },
  many: (given: RawBuilder<unknown>) => RawBuilder<R & { at: number }>,
): (db: Kysely<Tables>, list: readonly P[]) => Promise<R[][]> {
  const names = Object.keys(columns) as (keyof P & string)[]
  const all = hotStatement<Record<string, unknown>, R & { at: number }>((db, holes) => {
    const arrays = names.map((name) => sql`${holes[name]}::${sql.raw(columns[name])}[]`)
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

const holdNamed = hotStatement<{ ids: unknown; messageIds: unknown }, never>((db, { ids, messageIds }) => ({
  // The conversation of a message never changes, so the lock is on the right one.
  compile: () =>
    sql<never>`select id from conversations where id = any(${ids}::text[])
      or id = any(array(select conversation_id from messages where id = any(${messageIds}::text[])))
      order by id for no key update`.compile(db),
}))

/** The same for conversations that are named by themselves or by a message. */
export async function holdConversations(
  db: Kysely<Tables>,
  named: readonly { conversationId?: string; messageId?: string }[],
): Promise<void> {
  if (!isPostgres(db)) return
  const ids = [...new Set(named.flatMap(({ conversationId }) => conversationId ?? []))]
  const messageIds = [...new Set(named.flatMap(({ messageId }) => messageId ?? []))]
  if (ids.length + messageIds.length > 0) await holdNamed(db, { ids, messageIds })
}

/** Is it one of these? As one parameter, so that the statement is the same for any number of them. */
export const isAmong = (db: Kysely<Tables>, column: string, values: readonly string[]): RawBuilder<boolean> =>
  isPostgres(db)
    ? sql`${sql.ref(column)} = any(${values}::text[])`
    : sql`${sql.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`

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

/** The lower case of all letters, as JavaScript knows it. */
export const lowerCase = (db: Kysely<Tables>, text: Expression<string | null>): RawBuilder<string> =>
  isPostgres(db) ? sql`lower(${text} collate "und-x-icu")` : sql`lower(${text})`
