import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { Logger } from 'pino'
import { connectionTo, ImpatientClient } from './postgres-pool.ts'
import type { Tables } from './tables.ts'

/**
 * This node cannot use the database or a folder, for a reason that the operator can put right. The message says how.
 */
export class DatabaseRefused extends Error {}

/** Parley's own numbers among the advisory locks of a database. */
const locks = { family: 0x5041524c, node: 1, migration: 2 } as const
/** Milliseconds to wait for the lock: the server may keep that of a killed node for a moment. */
const patienceMs = 3_000
/** Milliseconds after which a lost lock is taken again. */
const againMs = 1_000

export interface NodeLock {
  release(): Promise<void>
}

/**
 * Locks the database until `release`: for this node alone or, if `shared`, together with other nodes that share it.
 * Rejects with DatabaseRefused if it cannot connect or, after 3 s, if a node is in the way; other failures of the lock
 * are passed on as they are. A lost connection ends the lock, and the node runs on: the lock is taken again in the
 * background, every second until that succeeds; each failure is logged.
 */
export async function holdNodeLock(url: string, shared: boolean, log: Logger): Promise<NodeLock> {
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let released = false

  const lost = () => {
    client = undefined
    if (!released) timer = setTimeout(take, againMs).unref()
  }
  const take = async () => {
    try {
      const taken = await lockedConnection(url, shared)
      if (released) return void taken.end().catch(() => {})
      client = taken.once('end', lost)
    } catch (error) {
      log.error({ err: error }, 'the lock of this node is not held: another node might start')
      lost()
    }
  }
  client = (await lockedConnection(url, shared)).once('end', lost)
  return {
    release: async () => {
      released = true
      clearTimeout(timer)
      await client?.end().catch(() => {})
    },
  }
}

async function lockedConnection(url: string, shared: boolean): Promise<pg.Client> {
  const client = await connected(url, [`lock_timeout=${patienceMs}`])
  const lock = shared ? 'pg_advisory_lock_shared' : 'pg_advisory_lock'
  try {
    await client.query(`select ${lock}(${locks.family}, ${locks.node})`)
    return client
  } catch (error) {
    await client.end().catch(() => {})
    const isTaken = error instanceof pg.DatabaseError && error.code === '55P03'
    throw isTaken ? new DatabaseRefused(shared ? takenByOneAlone : taken) : error
  }
}

const taken =
  'Another Parley server uses this database. Give all of them the same Redis (REDIS_URL), so that they can tell each other what happens, or stop the other one.'
const takenByOneAlone =
  'A Parley server without Redis uses this database. Stop it, or start it again with the same REDIS_URL as this one.'

/**
 * Runs work under the lock of migrations, so that nodes that start at once migrate one by one. It waits for the lock
 * without a limit. The work gets a connection of its own, without a transaction and only until it ends. Errors of the
 * connection and the work are passed on as they are.
 */
export async function whileMigrating<T>(url: string, work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  const pool = new pg.Pool({ ...connectionTo(url), max: 1 })
  pool.on('error', () => {})
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    return await db.connection().execute(async (one) => {
      await sql`select pg_advisory_lock(${sql.lit(locks.family)}, ${sql.lit(locks.migration)})`.execute(one)
      return await work(one)
    })
  } finally {
    // The lock ends with its connection.
    await db.destroy()
  }
}

async function connected(url: string, session: readonly string[]): Promise<pg.Client> {
  const client = new ImpatientClient(connectionTo(url, session))
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (cause) {
    throw databaseRefused(cause)
  }
}

/** Makes, and does not throw, the error for a database that does not answer or refuses the connection. */
export const databaseRefused = (cause: unknown): DatabaseRefused =>
  new DatabaseRefused(
    `The database cannot be used: ${sentenceOf(cause)}. Look whether it runs, and whether DATABASE_URL has its right host, user, password and name.`,
    { cause },
  )

/** The message of an error. A host with several addresses fails once for each: then that of the first. */
const sentenceOf = (cause: unknown): string =>
  cause instanceof AggregateError ? sentenceOf(cause.errors[0]) : cause instanceof Error ? cause.message : String(cause)

/**
 * Rejects with DatabaseRefused unless the database has UTF-8 and ICU collations, which few databases lack. A failure of
 * the query itself is passed on as it is.
 */
export async function checkRequirements(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ encoding: string; has_icu: boolean }>`select
    current_setting('server_encoding') as encoding,
    exists (select from pg_collation where collname = 'und-x-icu') as has_icu`.execute(db)
  const [{ encoding, has_icu } = { encoding: '', has_icu: false }] = rows
  if (encoding !== 'UTF8') throw new DatabaseRefused(`The database's encoding is ${encoding}. It must be UTF8.`)
  if (!has_icu)
    throw new DatabaseRefused('The database has no ICU collations. Use a PostgreSQL that is built with ICU.')
}
