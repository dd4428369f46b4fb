import type { Logger } from 'pino'
import { createTokens, type Tokens } from '../auth/tokens.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { joinCluster } from '../cluster/redis/redis.ts'
import { singleNode } from '../cluster/single-node.ts'
import { ConfigError } from '../config.ts'
import { createStore } from '../features/index.ts'
import { createHealth, type Health } from '../observability/health.ts'
import { createServerMetrics, type ServerMetrics } from '../observability/server-metrics.ts'
import type { ParleyOptions, Timing } from '../parley-options.ts'
import { keptTokenSecret } from '../secrets.ts'
import type { BlobStore } from '../storage/blobs/blob-store.ts'
import { openBlobs } from '../storage/blobs/open-blobs.ts'
import { type Database, openDatabase } from '../storage/database.ts'
import type { Store } from '../storage/store.ts'
import type { Closers } from './closers.ts'

/** The foundation of a server: where its data lies, and how it reports on itself. */
export interface Backend {
  log: Logger
  timing: Timing
  metrics: ServerMetrics
  health: Health
  database: Database
  blobs: BlobStore
  /** Reads what is committed. */
  store: Store
  /** When the newest stored message was written, in milliseconds since 1970. */
  latestAt: number
  tokens: Tokens
  cluster: Cluster
}

const redisAlone = 'REDIS_URL needs DATABASE_URL: nodes share one PostgreSQL database, and SQLite is for one alone.'
const longestAccessSeconds = 900

/**
 * Opens the database and the files, reads or makes the secret of tokens, and joins the cluster if `redisUrl` is given,
 * even if Redis does not answer. `accessTokenSeconds` above 900 counts as 900. Adds what must close to `closers` as
 * soon as it is open: if this rejects, the caller must call `closeAll`.
 *
 * Rejects with ConfigError for `redisUrl` without `databaseUrl`; with DatabaseRefused for what the operator must change
 * at the database or its folders; with another Error for a `tokenSecret` below 32 characters; and with unexpected
 * errors as they are.
 */
export async function openBackend(
  options: ParleyOptions,
  { log, timing, closers }: { log: Logger; timing: Timing; closers: Closers },
): Promise<Backend> {
  const { dataDir, databaseUrl, redisUrl, sharedDatabase = redisUrl !== undefined } = options
  if (redisUrl !== undefined && databaseUrl === undefined) throw new ConfigError(redisAlone)
  const metrics = createServerMetrics()
  closers.add(metrics.close)
  const health = createHealth((check, cause) => log.error({ err: cause, check }, 'check failed'))
  const database = await openDatabase({
    ...{ dataDir, databaseUrl, shared: sharedDatabase, log },
    statementMs: timing.statementMs,
  })
  closers.add(database.close)
  const store = createStore(database.read)
  const latestAt = await store.messageHistory.latestAt()
  const blobs = await openBlobs(options, { database, isShared: sharedDatabase, log })
  const tokens = await createOwnTokens(options, database)
  const cluster = redisUrl === undefined ? singleNode : await joinOthers(redisUrl, store, timing, log)
  closers.add(cluster.close)
  if (redisUrl !== undefined) health.add('redis', () => (cluster.isAway() ? 'degraded' : 'ok'))
  return { log, timing, metrics, health, database, blobs, store, latestAt, tokens, cluster }
}

async function createOwnTokens({ dataDir, tokenSecret, accessTokenSeconds = 600 }: ParleyOptions, database: Database) {
  const secret = tokenSecret ?? (await keptTokenSecret(dataDir, database))
  return createTokens(secret, Math.min(accessTokenSeconds, longestAccessSeconds))
}

const joinOthers = async (url: string, store: Store, timing: Timing, log: Logger) =>
  joinCluster({ url, epoch: await store.meta.epoch(), timing: { ...timing, graceMs: timing.presenceGraceMs }, log })
