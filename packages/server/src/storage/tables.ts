/**
 * The tables of the database. Each feature declares its own to be part of them, in a file of its own. Ids are text,
 * numbers are integers, times are milliseconds since 1970, JSON is text: all of it means the same on SQLite and on
 * PostgreSQL.
 *
 * @example
 * declare module '../../storage/tables.ts' {
 *   interface Tables { pins: PinsTable }
 * }
 */
export interface Tables {
  meta: { key: string; value: string }
}
