import { ServerResponse } from 'node:http'
import { StatementSync } from 'node:sqlite'
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'

/** Counts the rows that SQLite and PostgreSQL return in this process. */
export interface RowCount {
  /** How many rows since the tests of the file began. */
  rows: number
  /** How many of them before the latest answer over HTTP: some operations continue afterwards. */
  answered: number
}

/**
 * Counts the rows that databases return from the first to the last test of the file, at their drivers: the server has
 * no part in it.
 */
export function countRows(): RowCount {
  const count: RowCount = { rows: 0, answered: 0 }
  const { all } = StatementSync.prototype
  const { query } = pg.Client.prototype
  const { end } = ServerResponse.prototype
  beforeAll(() => {
    ServerResponse.prototype.end = function noted(this: ServerResponse, ...given: unknown[]) {
      count.answered = count.rows
      return Reflect.apply(end, this, given) as ServerResponse
    }
    StatementSync.prototype.all = function counted(this: StatementSync, ...given: Parameters<typeof all>) {
      const found = all.apply(this, given)
      count.rows += found.length
      return found
    } as typeof all
    pg.Client.prototype.query = function counted(this: pg.Client, ...given: unknown[]) {
      const answer: unknown = Reflect.apply(query, this, given)
      if (!(answer instanceof Promise)) return answer
      return answer.then((result: pg.QueryResult) => {
        count.rows += result.rows.length
        return result
      })
    } as typeof query
  })
  afterAll(() => {
    StatementSync.prototype.all = all
    pg.Client.prototype.query = query
    ServerResponse.prototype.end = end
  })
  return count
}
