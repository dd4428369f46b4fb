import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Logger } from 'pino'
import type { Database } from './database.ts'
import { migrate } from './migrate.ts'
import { checkRequirements, holdNodeLock, whileMigrating } from './node-lock.ts'
import { ConnectionFailure, createPostgresPool, type PoolSettings } from './postgres-pool.ts'
import type { Tables } from './tables.ts'

interface PostgresOptions {
  url: string
  shared: boolean
  /** How many milliseconds a statement may take. */
  statementMs: number
  log: Logger
}

/*
 * The writer's statements are prepared and find their rows by key. Sequential scans are off for them: a plan that was
 * cached while a table was nearly empty would stay slow for as long as the connection lives.
 */
const byKeyAlone = ['enable_seqscan=off', 'enable_hashjoin=off', 'enable_mergejoin=off', 'jit=off']
const plannedEachTime = ['plan_cache_mode=force_custom_plan', 'jit=off']

/**
 * Opens and migrates a PostgreSQL database: one connection that writes, 8 that read, and one that holds this node's
 * lock. Rejects as `holdNodeLock`, `checkRequirements` and `migrate` do; it waits without a limit for a node that is
 * migrating. COMMIT returns when the change is on the server's disk (`synchronous_commit`), so `sync` has nothing to
 * do.
 */
export async function openPostgres({ url, shared, statementMs, log }: PostgresOptions): Promise<Database> {
  const lock = await holdNodeLock(url, shared, log)
  try {
    await whileMigrating(url, async (db) => {
      await checkRequirements(db)
      await migrate(db, 'postgres')
    })
  } catch (error) {
    await lock.release()
    throw error
  }
  const connect = (settings: Omit<PoolSettings, 'statementMs'>) => {
    const pool = createPostgresPool(url, { ...settings, statementMs }, log)
    return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  }
  const write = connect({ connections: 1, session: ['synchronous_commit=on', ...byKeyAlone] })
  const read = connect({ connections: 8, session: plannedEachTime })
  return {
    engine: 'postgres',
    write,
    read,
    snapshot: (work) =>
      read.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work),
    sync: async () => {},
    dropLog: async () => true,
    close: async () => {
      await Promise.all([read.destroy(), write.destroy()])
      await lock.release()
    },
  }
}

// SQLSTATE classes: connection, authorisation, no such database, resources, intervention by the operator, the system.
const unavailable = /^(08|28|3D|53|57|58|25006|25P03|55P03)/

/**
 * Is it an error of the connection, the sign-in, resources, a timeout, a lock that waited too long, a missing database,
 * a read-only server or a shutdown? Retry later.
 */
export const isPostgresUnavailable = (error: unknown): boolean =>
  error instanceof ConnectionFailure || (error instanceof pg.DatabaseError && unavailable.test(error.code ?? ''))

// A unique key that another node took first, a deadlock, and what could not be put in an order.
const races = new Set(['23505', '40P01', '40001'])

/** Is it a unique-key conflict, a deadlock or a serialisation failure, so that a retry sees what another node did? */
export const isPostgresRace = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && races.has(error.code ?? '')
