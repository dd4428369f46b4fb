import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import type { Logger } from 'pino'

export interface PoolSettings {
  connections: number
  /** Settings of the server for these connections, `name=value`. */
  session: readonly string[]
  /** How many milliseconds a statement may take. */
  statementMs: number
}

/** Milliseconds. */
const patience = { connect: 3_000, goodbye: 1_000 }

/**
 * The limits of a connection whose statements may take this long. A node that hangs in a transaction loses its locks
 * before the transactions that wait for them give up. A server that does not even report that a statement took too long
 * counts as lost.
 */
const limitsOf = (statementMs: number) => ({
  statement_timeout: statementMs,
  idle_in_transaction_session_timeout: statementMs * 0.75,
  query_timeout: statementMs * 1.125,
})
/** Milliseconds after a failed connection in which others are refused at once. */
const pauseMs = 250

/** The connection failed, or did not answer in time: what was asked may or may not have been done. */
export class ConnectionFailure extends Error {
  /** `cause` becomes the `cause` of the Error, whose message is always the same. */
  constructor(cause: unknown) {
    super('The database cannot be reached.', { cause })
  }
}

// Counts and bigint columns are numbers here: none comes near 2^53.
const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, Number)

/**
 * Settings for a connection, which is not opened here. `session`: settings of the server for it, each `name=value`.
 * Columns of type bigint are read as numbers. A connection that takes more than 3 s fails.
 */
export const connectionTo = (url: string, session: readonly string[] = []): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'parley',
  // A server that the network lost is noticed, and one that lost us lets our locks go.
  keepAlive: true,
  keepAliveInitialDelayMillis: 5_000,
  connectionTimeoutMillis: patience.connect,
  options: [...session, 'tcp_keepalives_idle=5', 'tcp_keepalives_interval=2', 'tcp_keepalives_count=3']
    .map((setting) => `-c ${setting}`)
    .join(' '),
  types,
})

/** The prepared statements: their texts, and the names that they have on each connection. */
const prepared = new Map<string, string>()

/**
 * Notes a text of SQL for the whole process: each connection of `createPostgresPool` prepares it at its first use
 * there. It sends nothing; noting a text again changes nothing.
 */
export const prepareOnce = (text: string): void => {
  if (!prepared.has(text)) prepared.set(text, `parley_${prepared.size}`)
}

const now = () => performance.now()

/**
 * Makes a pool for Kysely; it connects at the first use, and must be ended by `end`. It rejects with ConnectionFailure
 * if a connection fails or an answer takes longer than 1.125 × `statementMs`. It then also rejects all callers that
 * wait for a connection, and for 250 ms new ones if none is idle. Errors that the server reports are passed on as they
 * are.
 */
export function createPostgresPool(url: string, settings: PoolSettings, log: Logger): PostgresPool {
  const { connections, session, statementMs } = settings
  const pool = new pg.Pool({
    ...connectionTo(url, session),
    Client: ImpatientClient,
    // The wait for a free connection is bounded by how long the others may be used.
    connectionTimeoutMillis: 0,
    ...limitsOf(statementMs),
    max: connections,
    idleTimeoutMillis: 0,
  })
  // Without a listener, the end of a connection would be the end of the process.
  pool.on('error', (error) => log.warn({ err: error }, 'a connection to the database was lost'))
  pool.on('connect', (client) => client.on('error', () => {}))
  const waiting = new Set<(error: Error) => void>()
  let lostAt = Number.NEGATIVE_INFINITY

  const lost = (cause: unknown): ConnectionFailure => {
    lostAt = now()
    const failure = new ConnectionFailure(cause)
    for (const reject of waiting) reject(failure)
    waiting.clear()
    return failure
  }

  const connect = () =>
    new Promise<PostgresPoolClient>((resolve, reject) => {
      if (now() - lostAt < pauseMs && pool.idleCount === 0) return reject(new ConnectionFailure('lost a moment ago'))
      waiting.add(reject)
      pool.connect().then(
        (client) => (waiting.delete(reject) ? resolve(reserved(client, lost)) : client.release()),
        (error) =>
          waiting.delete(reject) ? reject(error instanceof pg.DatabaseError ? error : lost(error)) : undefined,
      )
    })

  return { connect, end: () => pool.end() } as PostgresPool
}

/**
 * A client of PostgreSQL that gives up connecting after 3 s. `end` waits at most 1 s for the goodbye of the server,
 * then it cuts the connection.
 */
export class ImpatientClient extends pg.Client {
  /** Does not connect. A limit of time for connecting in `settings` has no effect. */
  constructor(settings?: pg.ClientConfig) {
    // The pool means its own time by this.
    super({ ...settings, connectionTimeoutMillis: patience.connect })
  }

  override end(): Promise<void>
  override end(ended: (error: Error) => void): void
  override end(ended?: (error: Error) => void): Promise<void> | void {
    const timer = setTimeout(() => destroy(this), patience.goodbye)
    this.once('end', () => clearTimeout(timer))
    return ended ? super.end(ended) : super.end()
  }
}

const wrappers = new WeakMap<pg.PoolClient, PostgresPoolClient>()

/** Wraps a connection for Kysely: always in the same object, because Kysely identifies connections by it. */
function reserved(client: pg.PoolClient, lost: (cause: unknown) => Error): PostgresPoolClient {
  const known = wrappers.get(client)
  if (known) return known
  let isBroken = false
  const query = async (text: string, values: readonly unknown[]) => {
    try {
      return await client.query({ name: prepared.get(text), text, values: values as unknown[] })
    } catch (error) {
      if (error instanceof pg.DatabaseError) {
        isBroken ||= error.severity === 'FATAL' || error.severity === 'PANIC'
        throw error
      }
      isBroken = true
      // Work that the server may still be doing for it ends with the connection.
      destroy(client)
      throw lost(error)
    }
  }
  const wrapper = {
    query,
    release: (discard?: boolean) => client.release(discard || isBroken),
  } as unknown as PostgresPoolClient
  wrappers.set(client, wrapper)
  return wrapper
}

const destroy = (client: pg.ClientBase) =>
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
