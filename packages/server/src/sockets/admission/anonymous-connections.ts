import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Server as Engine, Socket as EngineConnection } from 'engine.io'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { receiveLittle, receiveMore } from '../../engine/receive-limit.ts'
import type { HandshakeLog } from '../../observability/handshake-log.ts'
import type { ClientAddress } from '../../web/client-address.ts'
import { refuseUpgrade } from '../../web/upgrade-requests.ts'
import { createAddressShares } from './address-shares.ts'

/** Many people share an address behind a proxy or a gateway, but each of them is anonymous for a moment only. */
const most = { ofOneAddress: 200, inAll: 8_000 }
/** How often one address may begin long polling, which costs its client no connection. */
const pollingBudget = { points: 1_000, duration: 10 }
/** A client joins, authenticates and answers pings; some say a little too early besides. */
const mostPackets = 64
const retrySeconds = 2
/** A packet that joins another namespace than those we serve; with those it is refused where they are served. */
const unknownNamespace = /^0\/(?!(v1)?(,|$))/
/** From our goodbye until the connection is cut. */
const goodbyeMs = 1_000

/** What a connection emits when its time to say who it is has run out, before it is closed. */
export const lateEvent = 'late'

export interface AnonymousConnections {
  /** Watches over all connections of this engine. */
  guard(engine: Engine): void
  /** In one namespace it is known now who this is. */
  identified(connection: EngineConnection): void
  /** It has left a namespace in which that was known; after the last one it is closed. */
  left(connection: EngineConnection): void
  /** Connections of which nobody knows who they are. */
  count(): number
}

export interface AnonymousOptions {
  clientAddress: ClientAddress
  handshakes: HandshakeLog
  /** Without it, one address may have all there is. */
  limitsByAddress: boolean
  authenticateMs: number
}

/** One connection, and what gives back the places it takes while it is anonymous. */
interface Visitor {
  connection: EngineConnection
  /** In so many namespaces it is known who this is. */
  identities: number
  places: Set<() => void>
  watchPacket(packet: { data?: unknown }): void
}

/**
 * Bounds what anybody can make a node do before it is known who they are: their connections by address and in all, how
 * long these may take, how many packets they may send and how large ones. A websocket takes its place from the request
 * until its TCP connection has ended, a session of long polling as long as it lasts.
 */
export function createAnonymousConnections(options: AnonymousOptions): AnonymousConnections {
  const { clientAddress, handshakes, limitsByAddress, authenticateMs } = options
  const shares = createAddressShares(limitsByAddress ? most : { ...most, ofOneAddress: most.inAll })
  const pollingRate = limitsByAddress ? new RateLimiterMemory(pollingBudget) : undefined
  const visitors = new WeakMap<EngineConnection, Visitor>()
  /** By the request that began the connection, which is there earlier. */
  const beginnings = new WeakMap<IncomingMessage, { visitor?: Visitor; release(): void }>()

  const takePlace = (request: IncomingMessage, late: () => void): (() => void) | undefined => {
    const giveBack = shares.take(clientAddress(request))
    if (!giveBack) return undefined
    const timer = setTimeout(late, authenticateMs).unref()
    return () => {
      clearTimeout(timer)
      giveBack()
    }
  }

  const endLate = ({ connection }: Visitor) => {
    handshakes.turnedAway('authenticate_timeout')
    connection.emit(lateEvent)
    hangUp(connection)
  }

  /** Also one beside an existing session, which is that session's only once it takes over. */
  const admitWebsocket = (request: IncomingMessage, existing: Visitor | undefined): boolean => {
    const { socket } = request
    const release = takePlace(request, () => {
      const { visitor } = beginnings.get(request) ?? {}
      if (visitor) endLate(visitor)
      setTimeout(() => socket.destroy(), goodbyeMs).unref()
    })
    if (!release) return false
    existing?.places.add(release)
    socket.once('close', () => {
      release()
      existing?.places.delete(release)
    })
    beginnings.set(request, { release })
    return true
  }

  const admitPolling = (request: IncomingMessage, response: ServerResponse): boolean => {
    const release = takePlace(request, () => {
      const { visitor } = beginnings.get(request) ?? {}
      if (!visitor) return
      endLate(visitor)
      setTimeout(() => visitor.connection.close(true), goodbyeMs).unref()
    })
    if (!release) return false
    beginnings.set(request, { release })
    // Engine.IO may refuse it yet.
    response.once('close', () => {
      if (!beginnings.get(request)?.visitor) release()
    })
    return true
  }

  const opened = (connection: EngineConnection) => {
    const beginning = beginnings.get(connection.request)
    let packets = 0
    const visitor: Visitor = {
      connection,
      identities: 0,
      places: new Set(beginning ? [beginning.release] : []),
      watchPacket: ({ data }) => {
        const isOneTooMany = ++packets > mostPackets
        const isLost = typeof data === 'string' && unknownNamespace.test(data)
        if (!isOneTooMany && !isLost) return
        handshakes.turnedAway(isOneTooMany ? 'too_many_packets' : 'unknown_namespace')
        // Socket.IO answers it first.
        setImmediate(() => hangUp(connection))
      },
    }
    if (beginning) beginning.visitor = visitor
    visitors.set(connection, visitor)
    receiveLittle(connection)
    connection.on('packet', visitor.watchPacket)
    connection.on('upgrade', () => {
      if (visitor.identities > 0) welcome(visitor)
    })
    if (connection.transport.name === 'polling') connection.once('close', () => beginning?.release())
  }

  return {
    count: shares.count,
    guard: (engine) => {
      const clients = (engine as unknown as { clients: Record<string, EngineConnection | undefined> }).clients
      engine.use((request: PreparedRequest, response: unknown, next: () => void) => {
        const { sid } = request._query
        const existing = sid === undefined ? undefined : clients[sid]
        if (!(response instanceof ServerResponse)) {
          if (admitWebsocket(request, existing && visitors.get(existing))) return next()
          handshakes.turnedAway('address_full')
          return refuseUpgrade(request.socket, 503, busy, retrySeconds)
        }
        if (sid !== undefined) return next()
        const refuse = (reason: string) => {
          handshakes.turnedAway(reason)
          response.writeHead(503, { 'Retry-After': retrySeconds, 'Content-Type': 'text/plain', Connection: 'close' })
          response.end(busy)
        }
        if (!admitPolling(request, response)) return refuse('address_full')
        if (!pollingRate) return next()
        const consumed = pollingRate.consume(clientAddress(request))
        consumed.then(
          () => next(),
          () => refuse('polling_rate'),
        )
      })
      engine.on('connection', opened)
    },
    identified: (connection) => {
      const visitor = visitors.get(connection)
      if (!visitor) return
      visitor.identities++
      welcome(visitor)
    },
    left: (connection) => {
      const visitor = visitors.get(connection)
      if (!visitor) return
      visitor.identities--
      if (visitor.identities === 0) hangUp(connection)
    },
  }
}

interface PreparedRequest extends IncomingMessage {
  _query: { sid?: string }
}

const busy = 'Too many connect from this address at once.\n'

/** From now on it is bounded as somebody's. */
function welcome({ connection, places, watchPacket }: Visitor): void {
  for (const giveBack of places) giveBack()
  places.clear()
  connection.off('packet', watchPacket)
  receiveMore(connection)
}

/**
 * Closes a connection once what was written to it has left. A session of long polling would be kept for half a minute for
 * a client that does not ask again, so that one is discarded.
 */
export function hangUp(connection: EngineConnection): void {
  if (connection.transport.name !== 'polling') return void connection.close()
  const { writeBuffer } = connection as unknown as { writeBuffer: readonly unknown[] }
  if (writeBuffer.length === 0) connection.close(true)
  else connection.once('drain', () => connection.close(true))
}
