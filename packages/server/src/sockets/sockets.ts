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
  /** A connection that lags is closed when it takes nothing for so long. */
  stallMs: number
  /** Other sites whose pages may connect, as origins. */
  allowedOrigins: readonly string[]
  isFromHere: IsFromHere
}

export interface SocketServer {
  /** Lets nobody in any more, and sends everybody away once what they began is `settled`. */
  drain(settled: () => Promise<unknown>): Promise<void>
  /** Ends every connection that is left. The HTTP server is its owner's to close. */
  close(): void
  /** Resolves when those who watch have been told of everything that was known before. */
  settled(): Promise<void>
  figures(): SocketFigures
}

/**
 * All sockets of a node: the native protocol on namespace `/v1`, foreign clients on `/`; on the path `/socket.io`, and on
 * `/io` for clients that were written for that one. What is committed is sent to both in one turn.
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
    // A page of another site could open a websocket with its visitor's network: CORS does not cover that.
    allowRequest: (request: IncomingMessage, decide: (error: string | null, ok: boolean) => void) =>
      decide(null, isOpen() && isFromHere(request)),
    cors: { origin: corsOrigin(allowedOrigins), credentials: false },
    maxHttpBufferSize: limits.packetBytes,
    // Requests to upgrade that are not for us belong to the host application.
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

/** Makes every connection write once a turn and stay within its limit, and counts the requests that an engine refuses. */
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

/** A client on `/io` says later who it is; then it is counted where it does. */
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

/** Those who lag share a room, which everything ephemeral leaves out. */
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

/** By the codes of Engine.IO, which refuses before anybody is asked who it is. */
const engineRefusals = [
  'unknown_transport',
  'unknown_sid',
  'bad_method',
  'bad_request',
  'forbidden',
  'unsupported_protocol',
]
