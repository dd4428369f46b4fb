import { createServer, type Server as HttpServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { User } from '@parley/protocol'
import { ConfigError } from '../config.ts'
import type { Dialect, PlanCaller } from '../dialects/dialect.ts'
import { dialectNames, dialectsOf } from '../dialects/dialects.ts'
import { createDeliveredReports, createReadMissed, createReadOfferEdits } from '../features/index.ts'
import { createSignedUrls } from '../files/downloads/signed-url.ts'
import { createHandshakeLog } from '../observability/handshake-log.ts'
import type { ParleyOptions } from '../parley-options.ts'
import { createHeardChannels } from '../sockets/heard-channels.ts'
import { type SocketServer, serveSockets } from '../sockets/sockets.ts'
import { readWebApp } from '../web/app/app-files.ts'
import { embeddingPages } from '../web/app/content-policy.ts'
import { createClientAddress, createProxyCheck } from '../web/client-address.ts'
import { closeServer, listen } from '../web/http-server.ts'
import { mount } from '../web/mounting/mount.ts'
import { readBasePath } from '../web/mounting/url-below.ts'
import { createOriginCheck, readOrigins } from '../web/origin.ts'
import { allPages, claimsAtRoot, createIsOurs, type ServedPage, webApplication } from '../web/web.ts'
import { hasAccounts } from './authentication.ts'
import type { Backend } from './backend.ts'
import type { Closers } from './closers.ts'
import type { Operations } from './operations.ts'

/** The HTTP servers on which a Parley server answers, and their sockets. */
export interface Serving {
  /** See `Parley`. */
  attach(httpServer: HttpServer): void
  /** See `Parley`. */
  listen(port: number, host: string): Promise<string>
  /** Admits no more sockets, and closes all once the operations that they began are answered. */
  drain(): Promise<void>
  /** Resolves when all earlier events have reached the other nodes and the sockets here. */
  settled(): Promise<void>
}

interface ServingState {
  closers: Closers
  isClosing(): boolean
}

/**
 * Makes the part of a server that answers over HTTP and sockets, once for each backend, to which it adds metrics.
 * `attach` and `listen` begin to serve, and may be called several times; they throw or reject as `Parley` says, also if
 * `isClosing()` is true. They add what they open to `closers`, also if `listen` fails. `drain` closes all sockets once
 * what they began is answered; `settled` waits until earlier events have reached sockets and other nodes. Throws at
 * once for invalid options: `basePath`, origins, proxies, dialects, `webRoot` and `reauthenticateSeconds`.
 */
export function createServing(
  options: ParleyOptions,
  backend: Backend,
  operations: Operations,
  { closers, isClosing }: ServingState,
): Serving {
  const { metrics, health, database, tokens, cluster } = backend
  const { node, groupCommit, passwords } = operations
  const { currency = 'USD', metricsToken } = options
  if (options.basePath !== undefined) readBasePath(options.basePath)
  const webApp = webAppOf(options, backend)
  const socketServers: SocketServer[] = []
  const served = sharedOptionsOf(options, backend, operations)
  const socketOptions = socketOptionsOf(options, backend, operations, served)
  metrics.observe({ database, groupCommit, passwords, figures: () => socketServers.map((server) => server.figures()) })

  const assertOpen = () => {
    if (isClosing()) throw new Error('This Parley server is closed. Make another one with createParley().')
  }
  const serve = (host: HttpServer, { basePath, dialects, pages, isShared }: MountSettings) => {
    const planCallerOf = createPlanCallers(tokens, { basePath, currency, fileLinks: served.fileLinks })
    const placed = { dialects, planCallerOf }
    const beside = { pages, places: cluster.places, ...webApp, metrics, metricsToken, health, isClosing }
    const own = createServer(getRequestListener(webApplication({ ...served, ...placed, ...beside }).fetch))
    const share = isShared ? shareOf({ dialects, pages }) : { isOurs: () => true, claims: [''] }
    const hostCloses = () => endSockets(sockets, settledHere, backend)
    closers.add(mount(host, { basePath, own, hostCloses, ...share }))
    const sockets = serveSockets(own, { ...socketOptions, ...placed })
    socketServers.push(sockets)
    closers.add(sockets.close)
  }
  // Resolves after all jobs that were submitted before, also if this one fails.
  const settledHere = () => groupCommit.run(async () => {}).then(groupCommit.delivered, () => {})

  return {
    attach: (httpServer) => {
      assertOpen()
      serve(httpServer, settingsAtHost(options))
    },
    listen: async (port, host) => {
      assertOpen()
      const settings = { ...settingsOfOwn(options), dialects: served.dialects }
      const { basePath } = settings
      const httpServer = createServer((_, response) => response.writeHead(404).end(`Parley is at ${basePath}/.\n`))
      closers.add(() => closeServer(httpServer))
      serve(httpServer, settings)
      return `${await listen(httpServer, { port, host, failed: notAccepted(backend) })}${basePath}`
    },
    drain: async () => void (await Promise.all(socketServers.map((sockets) => sockets.drain(settledHere)))),
    settled: async () => {
      await groupCommit.delivered()
      await node.settled()
      await Promise.all(socketServers.map((sockets) => sockets.settled()))
    },
  }
}

const notAccepted =
  ({ log }: Backend) =>
  (err: Error) =>
    log.warn({ err }, 'a connection was not accepted')

/** What a server that shares the host's paths serves of them. */
const shareOf = (served: Pick<MountSettings, 'dialects' | 'pages'>) => ({
  isOurs: createIsOurs(served),
  claims: claimsAtRoot(served),
})

const webAppOf = ({ webRoot, embedOrigins = [], ...options }: ParleyOptions, { store }: Backend) => ({
  embedders: embeddingPages(embedOrigins),
  app: webRoot === undefined ? undefined : readWebApp(webRoot, hasAccounts(options), createUnusedCheck(store)),
})

/** Does no account exist yet? Asks the database until it has one or does not answer; false from then on. */
function createUnusedCheck({ users }: Backend['store']): () => Promise<boolean> {
  let isUnused = true
  return async () => {
    if (isUnused) isUnused = await users.isEmpty().catch(() => false)
    return isUnused
  }
}

const endSockets = (sockets: SocketServer, settled: () => Promise<unknown>, { log }: Backend): Promise<void> =>
  sockets
    .drain(settled)
    .catch((err) => log.warn({ err }, 'what sockets had begun was not settled'))
    .finally(sockets.close)

interface MountSettings {
  basePath: string
  dialects: readonly Dialect[]
  pages: readonly ServedPage[]
  /** Does a host application answer requests that are not Parley's, also below the base path? */
  isShared: boolean
}

/** On the server of a host application, Parley serves no dialects and pages but those of the options. */
function settingsAtHost({ basePath = '/parley', dialects = [], pages = [] }: ParleyOptions): MountSettings {
  const path = readBasePath(basePath)
  return { basePath: path, dialects: dialectsOf(dialects), pages, isShared: path === '' }
}

function settingsOfOwn({ basePath = '/', pages = allPages }: ParleyOptions): Omit<MountSettings, 'dialects'> {
  return { basePath: readBasePath(basePath), pages, isShared: false }
}

/** The options that sockets and HTTP have in common. */
function sharedOptionsOf(
  { dialects = dialectNames, allowedOrigins: given = [], trustedProxies = [], fileLinks = 'off' }: ParleyOptions,
  { log }: Backend,
  { authenticate, keys, runOperation, runOnce, routes }: Operations,
) {
  const allowedOrigins = readOrigins(given)
  return {
    authenticate,
    keys,
    runOperation,
    runOnce,
    routes,
    dialects: dialectsOf(dialects),
    fileLinks: fileLinks === 'on',
    allowedOrigins,
    isFromHere: createOriginCheck({ allowedOrigins, isFromProxy: createProxyCheck(trustedProxies) }),
    clientAddress: createClientAddress(trustedProxies),
    log,
  }
}

interface CallerSettings extends Pick<PlanCaller, 'currency' | 'fileLinks'> {
  basePath: string
}

function createPlanCallers(tokens: Backend['tokens'], { basePath, ...settings }: CallerSettings) {
  const urls = createSignedUrls(tokens)
  return (user: User): PlanCaller => ({
    user,
    addressOf: (attachmentId, variant = 'original') =>
      basePath + urls.one({ attachmentId, variant, userId: user.id }, Date.now()),
    ...settings,
  })
}

const longestReauthenticationSeconds = 7 * 24 * 60 * 60

function reauthenticateMsOf({ reauthenticateSeconds: seconds }: ParleyOptions): number | undefined {
  if (seconds === undefined || (seconds >= 1 && seconds <= longestReauthenticationSeconds))
    return seconds && seconds * 1_000
  throw new ConfigError(`reauthenticateSeconds must be from 1 to ${longestReauthenticationSeconds}, or left out.`)
}

const socketOptionsOf = (
  options: ParleyOptions,
  { timing, store, log, metrics }: Backend,
  { connections, node, groupCommit }: Operations,
  served: ReturnType<typeof sharedOptionsOf>,
) => ({
  ...served,
  ...timing,
  reauthenticateMs: reauthenticateMsOf(options),
  connections,
  deliver: node.deliver,
  audiences: node.audiences,
  heard: createHeardChannels({
    opened: (channel) => {
      node.opened(channel)
      if (channel.kind === 'conversation') node.audiences.heard(channel.id)
    },
    closed: (channel) => {
      node.closed(channel)
      if (channel.kind === 'conversation') node.audiences.forget(channel.id)
    },
  }),
  store,
  reportDelivered: createDeliveredReports(groupCommit, log),
  readMissed: createReadMissed(store),
  readOfferEdits: createReadOfferEdits(store),
  handshakes: createHandshakeLog(log, metrics.handshakeRefused),
  limitsByAddress: options.rateLimits !== 'off',
})
