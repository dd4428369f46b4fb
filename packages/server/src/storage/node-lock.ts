import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { Logger } from 'pino'
import { connectionTo, Impatient } from './postgres-pool.ts'
import type { Tables } from './tables.ts'

/** The database cannot be used by this node, for a reason that its operator can put right. */
export class DatabaseRefused extends Error {}

/** Parley's own numbers among the advisory locks of a database. */
const locks = { family: 0x5041524c, node: 1, migration: 2 } as const
/** A node that was just killed may still be held by the server for a moment. */
const patienceMs = 3_000
const again = 1_000

export interface NodeLock {
  release(): Promise<void>
}

/**
 * Held for as long as the node lives: alone, or together with other nodes that share the database. So one node that
 * nobody tells of others' changes never runs beside another. If the connection is lost, so is the lock; it is taken again.
 */
export async function holdNodeLock(url: string, shared: boolean, log: Logger): Promise<NodeLock> {
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let released = false

  const lost = () => {
    client = undefined
    if (!released) timer = setTimeout(take, again).unref()
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

/** Nodes that start at once migrate one after the other; the time that a migration takes is not limited. */
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
  const client = new Impatient(connectionTo(url, session))
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (cause) {
    throw databaseRefused(cause)
  }
}

/** A database that does not answer, or refuses this node. */
export const databaseRefused = (cause: unknown): DatabaseRefused =>
  new DatabaseRefused(
    `The database cannot be used: ${sentenceOf(cause)}. Look whether it runs, and whether DATABASE_URL has its right host, user, password and name.`,
    { cause },
  )

/** A host with several addresses fails once for each. */
const sentenceOf = (cause: unknown): string =>
  cause instanceof AggregateError ? sentenceOf(cause.errors[0]) : cause instanceof Error ? cause.message : String(cause)

/** What Parley needs of a database, and what is rarely missing. */
export async function checkNeeds(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ encoding: string; has_icu: boolean }>`select
    current_setting('server_encoding') as encoding,
    exists (select from pg_collation where collname = 'und-x-icu') as has_icu`.execute(db)
  const [{ encoding, has_icu } = { encoding: '', has_icu: false }] = rows
  if (encoding !== 'UTF8') throw new DatabaseRefused(`The database's encoding is ${encoding}. It must be UTF8.`)
  if (!has_icu)
    throw new DatabaseRefused('The database has no ICU collations. Use a PostgreSQL that is built with ICU.')
}
