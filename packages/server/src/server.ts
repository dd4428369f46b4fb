import { createServer, type Server as HttpServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import pino, { type Logger } from 'pino'
import { byAccessToken, byHost, type Credentials, type HostUser } from './auth/authenticate.ts'
import { createPasswordAttempts } from './auth/password-attempts.ts'
import { createPasswords } from './auth/passwords.ts'
import { createTokens } from './auth/tokens.ts'
import { createClusterNode } from './cluster/cluster-node.ts'
import { type ClusterTiming, clusterTiming } from './cluster/cluster-timing.ts'
import { joinCluster } from './cluster/redis/redis.ts'
import { onlyNode, singleNode } from './cluster/single-node.ts'
import { ConfigError } from './config.ts'
import { createAudiences } from './core/audience.ts'
import { createGroupCommit } from './core/commit/group-commit.ts'
import { createConnections } from './core/connections.ts'
import { createDeliver } from './core/deliver.ts'
import { shedLoad } from './core/limits/load-shedding.ts'
import { createRateLimit, noRateLimit } from './core/limits/rate-limit.ts'
import { createRunOperation } from './core/run-operation.ts'
import type { Dialect } from './dialects/dialect.ts'
import { rooms } from './dialects/rooms/rooms.ts'
import { charges, createHandlers, createHostUsers, createStore, policy } from './features/index.ts'
import { boundedLog } from './observability/bounded-log.ts'
import { createHandshakeLog } from './observability/handshake-log.ts'
import { createHealth, type HealthReport } from './observability/health.ts'
import { createOperationLog } from './observability/operation-log.ts'
import { createServerMetrics } from './observability/server-metrics.ts'
import { watchOperations } from './observability/watch-operations.ts'
import { keptTokenSecret } from './secrets.ts'
import { createHeardChannels } from './sockets/heard-channels.ts'
import { type SocketServer, serveSockets } from './sockets/sockets.ts'
import { type Database, openDatabase } from './storage/database.ts'
import { createClientAddress } from './web/client-address.ts'
import { closeServer, listen, shareRequests } from './web/http-server.ts'
import { shareUpgrades } from './web/upgrade-requests.ts'
import { createIsOurs, webApplication } from './web/web.ts'

export interface ParleyOptions {
  /** The folder of the database and the secrets; made if it is not there. */
  dataDir: string
  /**
   * Says who a request or a socket belongs to, from its token or headers; null refuses it. With this, the host
   * application has the users, and nobody registers or signs in at Parley.
   */
  authenticate?: (credentials: Credentials) => Promise<HostUser | null> | HostUser | null
  registration?: 'open' | 'closed'
  /** Seconds, at most 900. */
  accessTokenSeconds?: number
  sessionDays?: number
  rateLimits?: 'on' | 'off'
  /** Origins of other sites whose pages may connect. */
  allowedOrigins?: readonly string[]
  /**
   * Proxies whose `X-Forwarded-For` is believed: addresses, networks (`10.0.0.0/8`), or `loopback`. Without it everybody
   * behind a proxy shares the budget of one stranger for signing in.
   */
  trustedProxies?: readonly string[]
  /** The folder of a built web app to serve at `/`. */
  webRoot?: string
  /** Whoever sends it as a bearer token may read `/metrics`; without one, only programs on this machine may. */
  metricsToken?: string
  tokenSecret?: string
  /** `postgres://user:password@host/name`; without it, SQLite in the data folder. */
  databaseUrl?: string
  /** @internal Other nodes use the database too; without this, a second one refuses to start. */
  sharedDatabase?: boolean
  /** `redis://host:port`, together with `databaseUrl`: any number of nodes then serve the same people. */
  redisUrl?: string
  /** Foreign vocabularies to understand; by default all that Parley brings. */
  dialects?: readonly Dialect[]
  log?: Logger
  /** Milliseconds; the defaults are what the protocol promises. */
  timing?: Partial<Timing>
}

interface Timing extends ClusterTiming {
  /** After this, somebody who is typing has stopped. */
  typingMs: number
  /** After this without a socket, somebody is offline. */
  presenceGraceMs: number
  /** A connection has this long to say who it is. */
  authenticateMs: number
  pingMs: number
  /** A socket for which too much waits is closed when it takes nothing for so long. */
  stallMs: number
}

const promised: Timing = {
  typingMs: 3_000,
  presenceGraceMs: 15_000,
  authenticateMs: 10_000,
  pingMs: 30_000,
  stallMs: 10_000,
  ...clusterTiming,
}
const redisAlone = 'REDIS_URL needs DATABASE_URL: nodes share one PostgreSQL database, and SQLite is for one alone.'
const dayMs = 24 * 60 * 60 * 1_000

export interface Parley {
  /** Serves API and sockets on the host application's own HTTP server, and leaves it all other requests. */
  attach(httpServer: HttpServer): void
  /** Serves on a server of its own, and answers with its address. */
  listen(port: number, host?: string): Promise<string>
  /** Resolves when everything that happened before has reached the other nodes and the sockets here, presence included. */
  settled(): Promise<void>
  /** The figures of this server in Prometheus' text format, as `/metrics` shows them where Parley listens itself. */
  metrics(): Promise<string>
  /** How this server is, as `/readyz` says where Parley listens itself. */
  health(): Promise<HealthReport>
  /** Finishes what was begun, tells the clients, and closes. */
  close(): Promise<void>
}

/**
 * Makes a Parley server.
 *
 * @example
 * const parley = await createParley({ dataDir: './chat', authenticate: ({ headers }) => userOfCookie(headers.cookie) })
 * parley.attach(httpServer)
 */
export async function createParley(options: ParleyOptions): Promise<Parley> {
  const log = boundedLog(options.log ?? pino({ level: 'warn' }))
  const timing = { ...promised, ...options.timing }
  const { dataDir, databaseUrl, redisUrl, sharedDatabase = redisUrl !== undefined } = options
  if (redisUrl !== undefined && databaseUrl === undefined) throw new ConfigError(redisAlone)
  const clientAddress = createClientAddress(options.trustedProxies ?? [])
  const database = await openDatabase({ dataDir, databaseUrl, shared: sharedDatabase, log })
  const tokens = await createOwnTokens(options, database).catch(async (error) => {
    await database.close()
    throw error
  })
  const metrics = createServerMetrics()
  const operationLog = createOperationLog(log)
  const store = createStore(database.read)
  const health = createHealth((check, cause) => log.error({ err: cause, check }, 'check failed'))
  const cluster =
    redisUrl === undefined
      ? singleNode
      : await joinCluster({
          url: redisUrl,
          epoch: await store.meta.epoch(),
          timing: { ...timing, graceMs: timing.presenceGraceMs },
          log,
        })
  if (redisUrl !== undefined) health.add('redis', () => (cluster.isAway() ? 'degraded' : 'ok'))
  const connections = createConnections()
  const here = {
    deliver: metrics.operations.watchDeliver(createDeliver(log)),
    audiences: createAudiences(connections, store),
  }
  const node =
    database.engine === 'sqlite'
      ? onlyNode(here.deliver, here.audiences)
      : createClusterNode({ ...here, cluster, database, createStore, connections, timing, log })
  const { deliver, audiences } = node
  const groupCommit = createGroupCommit({
    database,
    createStore,
    deliver,
    onCommit: metrics.committed,
    failed: (err) => log.error({ err }, 'failed after a commit'),
  })
  health.add('database', async () => ((await store.meta.epoch()) && !groupCommit.isLost() ? 'ok' : 'unavailable'))
  const passwords = createPasswords()
  const isLimited = options.rateLimits !== 'off'
  const authenticate = options.authenticate
    ? byHost(createHostUsers(store, groupCommit), options.authenticate)
    : byAccessToken(store, tokens)
  const beforeDatabase: (() => void | Promise<void>)[] = []
  const handlers = createHandlers({
    deliver,
    deliverHere: here.deliver,
    groupCommit,
    passwords,
    attempts: createPasswordAttempts(passwords, isLimited ? cluster.count : undefined),
    tokens,
    authenticate,
    leases: cluster.leases,
    connections,
    whenClosing: (work) => void beforeDatabase.push(work),
    log,
    settings: {
      registrationOpen: options.registration !== 'closed',
      sessionLifetimeMs: (options.sessionDays ?? 30) * dayMs,
      typingMs: timing.typingMs,
      presenceGraceMs: timing.presenceGraceMs,
    },
  })
  const rateLimit = isLimited
    ? createRateLimit({ charges, count: cluster.count, sessionOf: tokens.sessionOf })
    : noRateLimit
  const unbounded = createRunOperation({
    handlers,
    policy,
    hasAccounts: options.authenticate === undefined,
    createStore,
    database,
    groupCommit,
    deliver,
    rateLimit,
    failed: operationLog.failed,
  })
  const runOperation = watchOperations(shedLoad(unbounded), [metrics.operations, operationLog, node])
  let closed: Promise<void> | undefined
  const dialects = options.dialects ?? [rooms]
  const allowedOrigins = options.allowedOrigins ?? []
  const parts = {
    authenticate,
    runOperation,
    dialects,
    deliver,
    connections,
    audiences,
    heard: createHeardChannels({
      opened: node.opened,
      closed: (channel) => {
        node.closed(channel)
        if (channel.kind === 'conversation') audiences.forget(channel.id)
      },
    }),
    store,
    health,
    handshakes: createHandshakeLog(log, metrics.handshakeRefused),
    allowedOrigins,
    clientAddress,
    limitsByAddress: options.rateLimits !== 'off',
    isClosing: () => closed !== undefined,
    log,
    ...timing,
  }

  const listener = getRequestListener(
    webApplication({ ...parts, metrics, metricsToken: options.metricsToken, webRoot: options.webRoot }).fetch,
  )
  const closing: (() => void | Promise<void>)[] = []
  const socketServers: SocketServer[] = []
  const serve = (httpServer: HttpServer, isOurs?: (url: string) => boolean) => {
    const sockets = shareUpgrades(httpServer, () => serveSockets(httpServer, parts), isOurs)
    socketServers.push(sockets)
    closing.push(sockets.close)
  }
  const figures = () => socketServers.map((sockets) => sockets.figures())
  metrics.observe({ database, groupCommit, passwords, figures })
  log.info({ engine: database.engine }, 'started')

  const shutDown = async () => {
    // What was submitted before is settled before this, whatever becomes of it.
    const settled = () => groupCommit.run(async () => {}).then(groupCommit.delivered, () => {})
    await Promise.all(socketServers.map((sockets) => sockets.drain(settled)))
    for (const close of beforeDatabase) await close()
    for (const close of closing) await close()
    await groupCommit.idle()
    await node.close()
    await database.close()
    metrics.close()
    log.info({}, 'stopped')
  }

  return {
    attach: (httpServer) => {
      const isOurs = createIsOurs(dialects)
      closing.push(shareRequests(httpServer, listener, isOurs))
      serve(httpServer, isOurs)
    },
    listen: (port, host = '127.0.0.1') => {
      const httpServer = createServer(listener)
      serve(httpServer)
      closing.push(() => closeServer(httpServer))
      return listen(httpServer, port, host)
    },
    settled: async () => {
      await groupCommit.delivered()
      await node.settled()
      await Promise.all(socketServers.map((sockets) => sockets.settled()))
    },
    metrics: metrics.text,
    health: health.report,
    close: () => {
      closed ??= shutDown()
      return closed
    },
  }
}

async function createOwnTokens({ dataDir, tokenSecret, accessTokenSeconds }: ParleyOptions, database: Database) {
  const secret = tokenSecret ?? (await keptTokenSecret(dataDir, database))
  return createTokens(secret, Math.min(accessTokenSeconds ?? 600, 900))
}
