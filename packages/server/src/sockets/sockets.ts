import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'
import { limits } from '@parley/protocol'
import { Server as Engine } from 'engine.io'
import type { Logger } from 'pino'
import { Server } from 'socket.io'
import { broadcast } from '../core/audience/broadcast.ts'
import type { Deliver } from '../core/deliver.ts'
import { createCork } from '../engine/cork.ts'
import { engineOptions } from '../engine/engine-options.ts'
import { createMissingWarning, type WarnOfMissing } from '../engine/missing-members.ts'
import { createOutgoingLimit, lagEvent, laggingRoom } from '../engine/outgoing-limit.ts'
import { plainParser } from '../engine/packets.ts'
import type { SocketFigures } from '../observability/server-metrics.ts'
import { corsOrigin, type IsFromHere } from '../web/origin.ts'
import { createAdmission } from './admission/admission.ts'
import {
  type AnonymousConnections,
  type AnonymousOptions,
  createAnonymousConnections,
} from './admission/anonymous-connections.ts'
import { admitInTurn, boundEachUser } from './admission/socket-admission.ts'
import { drain, endAll } from './drain.ts'
import { serveForeign } from './foreign/foreign-socket.ts'
import { followRooms, type HeardChannels } from './heard-channels.ts'
import { serveNative } from './native-socket.ts'
import { createPresenceLane } from './presence-lane.ts'
import { socketFigures } from './socket-figures.ts'
import type { ForeignSocketOptions } from './socket-options.ts'

interface SocketServerOptions extends Omit<ForeignSocketOptions, 'anonymous' | 'warnOfMissing'>, AnonymousOptions {
  deliver: Deliver
  heard: HeardChannels
  log: Logger
  /** A lagging connection is closed if the network takes nothing of it for so long. */
  stallMs: number
  /** Other sites whose pages may connect, as origins. */
  allowedOrigins: readonly string[]
  isFromHere: IsFromHere
}

export interface SocketServer {
  /** Admits no more sockets, and closes all that have joined once their operations are answered (`settled`). */
  drain(settled: () => Promise<unknown>): Promise<void>
  /** Ends all remaining connections. Does not close the HTTP server. */
  close(): void
  /** Resolves when no presence waits to be sent. */
  settled(): Promise<void>
  figures(): SocketFigures
}

/**
 * Serves the sockets of an HTTP server from now on: the native protocol on namespace `/v1`, foreign clients on `/`; on
 * the path `/socket.io`, and on `/io` for clients that were written for that path. Both get the events of a commit in
 * one turn. To end it, call `drain` and then `close`; the caller closes the HTTP server.
 */
export function serveSockets(httpServer: HttpServer, options: SocketServerOptions): SocketServer {
  const { log, dialects, audiences, connections } = options
  let isOpen = true
  const { io, engines } = openEngines(httpServer, options, () => isOpen)
  const warnOfMissing = createMissingWarning((members) =>
    log.warn({ members }, 'another version of Socket.IO, Engine.IO or ws: packets go a slower way'),
  )
  watchEngines(engines, options, warnOfMissing)
  spareTheLagging(io, log)
  const anonymous = createAnonymousConnections(options)
  for (const engine of engines) anonymous.guard(engine)
  const admission = createAdmission(options.limitsByAddress ? {} : { ofOneAddress: Number.POSITIVE_INFINITY })
  admitInTurn(io, admission, options)
  const guarded = { ...options, anonymous, warnOfMissing }
  const namespaces = [serveNative(io, guarded), serveForeign(io, guarded)]
  boundEachUser(io, connections, options)
  watchIdentities(io, anonymous)
  followRooms(io, dialects, options.heard)
  const presenceSenders = namespaces.map((namespace) => namespace.presence)
  const presence = createPresenceLane(presenceSenders, log)
  options.deliver.listen(broadcast({ audiences, connections, namespaces, presence }))
  return {
    drain: (settled) => {
      admission.close()
      return drain(io, settled)
    },
    settled: presence.idle,
    figures: () => {
      const transports = engines.reduce((sum, engine) => sum + engine.clientsCount, 0)
      return socketFigures(io, dialects, { transports, anonymous: anonymous.count() })
    },
    close: () => {
      isOpen = false
      presence.close()
      for (const engine of engines) endAll(engine)
    },
  }
}

type OriginOptions = Pick<SocketServerOptions, 'allowedOrigins' | 'isFromHere'>

/** Socket.IO with its own engine on `/socket.io`, and a second one on `/io`. */
function openEngines(httpServer: HttpServer, { allowedOrigins, isFromHere }: OriginOptions, isOpen: () => boolean) {
  const options = {
    ...engineOptions,
    // CORS does not keep a page of another site from opening a websocket in its visitor's network.
    allowRequest: (request: IncomingMessage, decide: (error: string | null, ok: boolean) => void) =>
      decide(null, isOpen() && isFromHere(request)),
    cors: { origin: corsOrigin(allowedOrigins), credentials: false },
    maxHttpBufferSize: limits.packetBytes,
    // Upgrade requests on other paths belong to the host application.
    destroyUpgrade: false,
  }
  const io = new Server(httpServer, {
    ...options,
    path: '/socket.io',
    serveClient: false,
    parser: plainParser,
  })
  const second = new Engine(options)
  second.attach(httpServer, { path: '/io', destroyUpgrade: false })
  const engines: Engine[] = [io.engine as Engine, second]
  io.bind(second)
  for (const engine of engines) {
    engine.use((_request: IncomingMessage, response: ServerResponse, next: () => void) => {
      response.setHeader('X-Content-Type-Options', 'nosniff')
      next()
    })
  }
  return { io, engines }
}

/** Makes every connection write once a turn and stay within its limit; counts the requests that an engine refuses. */
function watchEngines(engines: readonly Engine[], options: SocketServerOptions, warnOfMissing: WarnOfMissing): void {
  const { log, stallMs, handshakes } = options
  const closed = (bytes: number) => log.warn({ bytes }, 'closed a socket that does not read')
  const cork = createCork(createOutgoingLimit({ stallMs, closed }), warnOfMissing)
  for (const engine of engines) {
    engine.on('connection', cork)
    engine.on('connection_error', ({ code }: { code: number }) =>
      handshakes.turnedAway(engineRefusals[code] ?? 'other'),
    )
  }
}

/** Counts authenticated sockets. A client on `/io` authenticates later, and is counted in `awaitAuthentication`. */
function watchIdentities(io: Server, anonymous: AnonymousConnections): void {
  for (const namespace of [io.of('/v1'), io.of('/')]) {
    namespace.on('connection', (socket) => {
      if (socket.data.identity) anonymous.identified(socket.conn)
      socket.on('disconnect', () => {
        if (socket.data.identity) anonymous.left(socket.conn)
      })
    })
  }
}

/** Keeps lagging sockets in `laggingRoom`, which ephemeral events leave out. */
function spareTheLagging(io: Server, log: Logger): void {
  for (const namespace of [io.of('/v1'), io.of('/')]) {
    namespace.on('connection', (socket) => {
      socket.conn.on(lagEvent, (isLagging: boolean) => {
        log.debug({ isLagging }, isLagging ? 'a socket lags' : 'a socket keeps up again')
        if (isLagging && socket.connected) void socket.join(laggingRoom)
        else void socket.leave(laggingRoom)
      })
    })
  }
}

/** The reasons of Engine.IO's refusals, by its codes. It refuses before any authentication. */
const engineRefusals = [
  'unknown_transport',
  'unknown_sid',
  'bad_method',
  'bad_request',
  'forbidden',
  'unsupported_protocol',
]
