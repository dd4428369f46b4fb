import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Server as Engine, Socket as EngineConnection } from 'engine.io'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { HandshakeLog } from '../../observability/handshake-log.ts'
import type { ClientAddress } from '../../web/client-address.ts'
import { refuseUpgrade } from '../../web/mounting/upgrade-requests.ts'
import { type AnonymousPlaces, createAnonymousPlaces } from './anonymous-places.ts'
import { addPlace, closeWhenSent, createVisitor, liftLimits, type Visitor } from './visitor.ts'

/** How often one address may begin long polling, for which a client needs no open connection. */
const pollingBudget = { points: 1_000, duration: 10 }
const retrySeconds = 2

/** What a connection emits when its time to authenticate has run out, before it is closed. */
export const lateEvent = 'late'

export interface AnonymousConnections {
  /** Applies the limits to all connections of this engine. */
  guard(engine: Engine): void
  /** Call this when the connection has authenticated in a namespace: it lifts the limits. */
  identified(connection: EngineConnection): void
  /** Call this when it has left a namespace in which it had authenticated: after the last one it is closed. */
  left(connection: EngineConnection): void
  /** How many connections have not authenticated. */
  count(): number
}

export interface AnonymousOptions {
  clientAddress: ClientAddress
  handshakes: HandshakeLog
  /** If false, one address may take all places. */
  limitsByAddress: boolean
  authenticateMs: number
}

/**
 * Limits connections that have not authenticated, of the engines that `guard` gets: their number by address and in all,
 * the time that they may take, and number and size of the packets that they may send. A request beyond the limit of
 * their number is answered with status 503; so is, unless `limitsByAddress` is false, the 1,001st of an address in ten
 * seconds that begins long polling. A connection beyond the other limits is closed. The caller reports by `identified`
 * and `left` who has authenticated.
 */
export function createAnonymousConnections(options: AnonymousOptions): AnonymousConnections {
  const { handshakes } = options
  const visitors = new WeakMap<EngineConnection, Visitor>()
  const places = createAnonymousPlaces({
    ...options,
    late: ({ connection }) => {
      handshakes.turnedAway('authenticate_timeout')
      connection.emit(lateEvent)
      closeWhenSent(connection)
    },
  })
  const admit = createDoor(options, places, (connection) => visitors.get(connection))

  const opened = (connection: EngineConnection) => {
    const visitor = createVisitor(connection, handshakes)
    visitors.set(connection, visitor)
    const beginning = places.beginningOf(connection.request)
    if (!beginning) return
    addPlace(visitor, beginning.release)
    beginning.visitor = visitor
    if (connection.transport.name === 'polling') connection.once('close', () => beginning.release())
  }

  return {
    count: places.count,
    guard: (engine) => {
      engine.use(admit(engine))
      engine.on('connection', opened)
    },
    identified: (connection) => {
      const visitor = visitors.get(connection)
      if (!visitor) return
      visitor.identities++
      liftLimits(visitor)
    },
    left: (connection) => {
      const visitor = visitors.get(connection)
      if (!visitor) return
      visitor.identities--
      if (visitor.identities === 0) closeWhenSent(connection)
    },
  }
}

interface PreparedRequest extends IncomingMessage {
  _query: { sid?: string }
}

const busy = 'Too many connect from this address at once.\n'

type VisitorOf = (connection: EngineConnection) => Visitor | undefined

/** Makes a middleware of an engine that admits a request while there is a place for it, and refuses it otherwise. */
function createDoor(
  { clientAddress, handshakes, limitsByAddress }: AnonymousOptions,
  places: AnonymousPlaces,
  visitorOf: VisitorOf,
) {
  const pollingRate = limitsByAddress ? new RateLimiterMemory(pollingBudget) : undefined

  const refusePolling = (response: ServerResponse, reason: string) => {
    handshakes.turnedAway(reason)
    response.writeHead(503, { 'Retry-After': retrySeconds, 'Content-Type': 'text/plain', Connection: 'close' })
    response.end(busy)
  }

  return (engine: Engine) => {
    const { clients } = engine as unknown as { clients: Record<string, EngineConnection | undefined> }
    return (request: PreparedRequest, response: unknown, next: () => void) => {
      const { sid } = request._query
      const existing = sid === undefined ? undefined : clients[sid]
      if (!(response instanceof ServerResponse)) {
        if (places.takeForWebsocket(request, existing && visitorOf(existing))) return next()
        handshakes.turnedAway('address_full')
        return refuseUpgrade(request.socket, 503, busy, retrySeconds)
      }
      if (sid !== undefined) return next()
      if (!places.takeForPolling(request, response)) return refusePolling(response, 'address_full')
      if (!pollingRate) return next()
      pollingRate.consume(clientAddress(request)).then(
        () => next(),
        () => refusePolling(response, 'polling_rate'),
      )
    }
  }
}
