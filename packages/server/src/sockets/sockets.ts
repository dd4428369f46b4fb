import type { Server as HttpServer, IncomingMessage } from 'node:http'
import { limits } from '@parley/protocol'
import { Server as Engine } from 'engine.io'
import type { Logger } from 'pino'
import { Server } from 'socket.io'
import { broadcast } from '../core/broadcast.ts'
import type { Deliver } from '../core/deliver.ts'
import { createCork } from '../engine/cork.ts'
import { engineOptions } from '../engine/engine-options.ts'
import { createMissingWarning } from '../engine/missing-members.ts'
import { createOutgoingLimit, lagEvent, laggingRoom } from '../engine/outgoing-limit.ts'
import { plainParser } from '../engine/plain-parser.ts'
import type { SocketFigures } from '../observability/server-metrics.ts'
import { corsOrigin, isFromHere } from '../web/origin.ts'
import { createAdmission } from './admission/admission.ts'
import {
  type AnonymousConnections,
  type AnonymousOptions,
  createAnonymousConnections,
} from './admission/anonymous-connections.ts'
import { admitInTurn, boundEachUser } from './admission/socket-admission.ts'
import { drain, endAll } from './drain.ts'
import { type ForeignParts, serveForeign } from './foreign-socket.ts'
import { followRooms, type HeardChannels } from './heard-channels.ts'
import { serveNative } from './native-socket.ts'
import { createPresenceLane } from './presence-lane.ts'
import { socketFigures } from './socket-figures.ts'

interface SocketServerParts extends Omit<ForeignParts, 'anonymous' | 'warnOfMissing'>, AnonymousOptions {
  deliver: Deliver
  heard: HeardChannels
  log: Logger
  /** A connection that lags is closed when it takes nothing for so long. */
  stallMs: number
  /** Other sites whose pages may connect, as origins. */
  allowedOrigins: readonly string[]
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
 * `/io` for clients that were written for that one. What is committed is told to both in one turn.
 */
export function serveSockets(httpServer: HttpServer, parts: SocketServerParts): SocketServer {
  let isOpen = true
  const warnOfMissing = createMissingWarning((members) =>
    parts.log.warn({ members }, 'another version of Socket.IO, Engine.IO or ws: packets go a slower way'),
  )
  const options = {
    ...engineOptions,
    // A page of another site could open a websocket with its visitor's network: CORS does not cover that.
    allowRequest: (request: IncomingMessage, decide: (error: string | null, ok: boolean) => void) =>
      decide(null, isOpen && isFromHere(request.headers, parts.allowedOrigins)),
    cors: { origin: corsOrigin(parts.allowedOrigins), credentials: false },
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
  const main = io.engine
  const second = new Engine(options)
  second.attach(httpServer, { path: '/io', destroyUpgrade: false })
  io.bind(second)
  const closed = (bytes: number) => parts.log.warn({ bytes }, 'closed a socket that does not read')
  const cork = createCork(createOutgoingLimit({ stallMs: parts.stallMs, closed }), warnOfMissing)
  spareTheLagging(io, parts)
  for (const engine of [main, second]) {
    engine.on('connection', cork)
    engine.on('connection_error', ({ code }: { code: number }) =>
      parts.handshakes.turnedAway(engineRefusals[code] ?? 'other'),
    )
  }

  const anonymous = createAnonymousConnections(parts)
  for (const engine of [main, second]) anonymous.guard(engine)
  const admission = createAdmission(parts.limitsByAddress ? {} : { ofOneAddress: Number.POSITIVE_INFINITY })
  admitInTurn(io, admission, parts)
  const guarded = { ...parts, anonymous, warnOfMissing }
  const namespaces = [serveNative(io, guarded), serveForeign(io, guarded)]
  boundEachUser(io, parts.connections, parts)
  watchIdentities(io, anonymous)
  followRooms(io, parts.dialects, parts.heard)
  const presence = createPresenceLane(
    namespaces.map((namespace) => namespace.presence),
    parts.log,
  )
  const { audiences, connections } = parts
  parts.deliver.listen(broadcast({ audiences, connections, sends: namespaces.map(({ send }) => send), presence }))
  return {
    drain: (settled) => {
      admission.close()
      return drain(io, settled)
    },
    settled: presence.idle,
    figures: () => {
      const transports = main.clientsCount + second.clientsCount
      return socketFigures(io, parts.dialects, { transports, anonymous: anonymous.count() })
    },
    close: () => {
      isOpen = false
      presence.close()
      endAll(main)
      endAll(second)
    },
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
function spareTheLagging(io: Server, { log }: SocketServerParts): void {
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
