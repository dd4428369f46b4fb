import { createServer, type Server as HttpServer, type RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { User } from '@parley/protocol'
import type { Dialect, PlanCaller } from '../dialects/dialect.ts'
import { dialectNames, dialectsOf } from '../dialects/dialects.ts'
import { createDeliveredReports, createReadMissed, createReadOfferEdits } from '../features/index.ts'
import { createSignedUrls } from '../files/downloads/signed-url.ts'
import { createHandshakeLog } from '../observability/handshake-log.ts'
import type { ParleyOptions } from '../parley-options.ts'
import { createHeardChannels } from '../sockets/heard-channels.ts'
import { type SocketServer, serveSockets } from '../sockets/sockets.ts'
import { createClientAddress } from '../web/client-address.ts'
import { closeServer, listen, shareRequests } from '../web/http-server.ts'
import { shareUpgrades } from '../web/upgrade-requests.ts'
import { createIsOurs, webApplication } from '../web/web.ts'
import type { Backend } from './backend.ts'
import type { Closers } from './closers.ts'
import type { Operations } from './operations.ts'

/** The HTTP servers that a Parley server answers on, and their sockets. */
export interface Serving {
  attach(httpServer: HttpServer): void
  listen(port: number, host: string): Promise<string>
  /** Lets nobody in any more, and sends everybody away once what they began is settled. */
  drain(): Promise<void>
  /** Resolves when everything that happened before has reached the other nodes and the sockets here. */
  settled(): Promise<void>
}

interface ServingState {
  closers: Closers
  isClosing(): boolean
}

/** Of two Parley servers on one HTTP server both would answer an upgrade, which ends the process. */
const attached = new WeakSet<HttpServer>()

export function createServing(
  options: ParleyOptions,
  backend: Backend,
  operations: Operations,
  { closers, isClosing }: ServingState,
): Serving {
  const { metrics, health, database } = backend
  const { node, groupCommit, passwords } = operations
  const socketServers: SocketServer[] = []
  const served = servedParts(options, backend, operations)
  const socketOptions = socketOptionsOf(options, backend, operations, served)
  const { metricsToken, webRoot } = options
  const web = webApplication({ ...served, metrics, metricsToken, webRoot, health, isClosing })
  const listener: RequestListener = getRequestListener(web.fetch)
  metrics.observe({ database, groupCommit, passwords, figures: () => socketServers.map((server) => server.figures()) })

  const assertOpen = () => {
    if (isClosing()) throw new Error('This Parley server is closed. Make another one with createParley().')
  }
  const serve = (httpServer: HttpServer, dialects: readonly Dialect[], isOurs?: (url: string) => boolean) => {
    const sockets = shareUpgrades(httpServer, () => serveSockets(httpServer, { ...socketOptions, dialects }), isOurs)
    socketServers.push(sockets)
    closers.add(sockets.close)
  }
  // What was submitted before is settled before this, whatever becomes of it.
  const settledHere = () => groupCommit.run(async () => {}).then(groupCommit.delivered, () => {})

  return {
    attach: (httpServer) => {
      assertOpen()
      if (attached.has(httpServer)) throw new Error('Parley is attached to this HTTP server already: attach it once.')
      attached.add(httpServer)
      closers.add(() => attached.delete(httpServer))
      const dialects = dialectsOf(options.dialects ?? [])
      const isOurs = createIsOurs(dialects)
      closers.add(shareRequests(httpServer, listener, isOurs))
      serve(httpServer, dialects, isOurs)
    },
    listen: async (port, host) => {
      assertOpen()
      const httpServer = createServer(listener)
      closers.add(() => closeServer(httpServer))
      serve(httpServer, served.dialects)
      return listen(httpServer, port, host)
    },
    drain: async () => void (await Promise.all(socketServers.map((sockets) => sockets.drain(settledHere)))),
    settled: async () => {
      await groupCommit.delivered()
      await node.settled()
      await Promise.all(socketServers.map((sockets) => sockets.settled()))
    },
  }
}

/** What sockets and HTTP have in common. */
const servedParts = (
  {
    dialects = dialectNames,
    allowedOrigins = [],
    trustedProxies = [],
    currency = 'USD',
    fileLinks = 'off',
  }: ParleyOptions,
  { log, tokens }: Backend,
  { authenticate, runOperation, routes }: Operations,
) => ({
  authenticate,
  runOperation,
  routes,
  dialects: dialectsOf(dialects),
  planCallerOf: createPlanCallers(tokens, { currency, fileLinks: fileLinks === 'on' }),
  fileLinks: fileLinks === 'on',
  allowedOrigins,
  clientAddress: createClientAddress(trustedProxies),
  log,
})

function createPlanCallers(tokens: Backend['tokens'], settings: Pick<PlanCaller, 'currency' | 'fileLinks'>) {
  const urls = createSignedUrls(tokens)
  return (user: User): PlanCaller => ({
    user,
    addressOf: (attachmentId, variant = 'original') => urls.one({ attachmentId, variant, userId: user.id }, Date.now()),
    ...settings,
  })
}

const socketOptionsOf = (
  options: ParleyOptions,
  { timing, store, log, metrics }: Backend,
  { connections, node, groupCommit }: Operations,
  served: ReturnType<typeof servedParts>,
) => ({
  ...served,
  ...timing,
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
