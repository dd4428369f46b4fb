import { type Kysely, type RawBuilder, sql } from 'kysely'
import { hotStatement } from '../../storage/hot-statement.ts'
import type { Tables } from '../../storage/tables.ts'

interface Changed {
  userId: string
  accountRev: number
  limit: number
}

/**
 * Makes a function that reads the rows of a user in a table that changed after a rev of the account, in the order of
 * their revs, at most `limit`. With `isIn` it leaves out those that only end something: only those with `present` are
 * read.
 */
export function readsAccountRows<Row>(table: keyof Tables, present: RawBuilder<boolean>) {
  const select = (condition: RawBuilder<boolean>) =>
    hotStatement<Changed, Row>((db, { userId, accountRev, limit }) => ({
      compile: () =>
        sql<Row>`select * from ${sql.table(table)} where user_id = ${userId} and account_rev > ${accountRev}
          and ${condition} order by account_rev limit ${limit}`.compile(db),
    }))
  const all = select(sql`1 = 1`)
  const those = select(present)
  return (db: Kysely<Tables>, userId: string, accountRev: number, isIn: boolean, limit: number): Promise<Row[]> =>
    (isIn ? those : all)(db, { userId, accountRev, limit })
}
