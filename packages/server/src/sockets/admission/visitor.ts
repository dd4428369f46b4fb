import type { Socket as EngineConnection } from 'engine.io'
import { receiveLittle, receiveMore } from '../../engine/receive-limit.ts'
import type { HandshakeLog } from '../../observability/handshake-log.ts'

/** A client joins, authenticates and answers pings; some say a little too early besides. */
const mostPackets = 64
/** A packet that joins another namespace than those we serve; with those it is refused where they are served. */
const unknownNamespace = /^0\/(?!(v1)?(,|$))/
/** From our goodbye until the connection is cut. */
export const goodbyeMs = 1_000

/** A connection, and what gives back the places that it takes while it is anonymous. */
export interface Visitor {
  connection: EngineConnection
  /** The number of namespaces in which it has authenticated. */
  identities: number
  /** Undefined while it takes none, as nearly all do that have authenticated. */
  places: Set<() => void> | undefined
  watchPacket(packet: { data?: unknown }): void
}

/** Bounds the packets of a connection until it has authenticated. */
export function createVisitor(connection: EngineConnection, handshakes: HandshakeLog): Visitor {
  let packets = 0
  const visitor: Visitor = {
    connection,
    identities: 0,
    places: undefined,
    watchPacket: ({ data }) => {
      const isOneTooMany = ++packets > mostPackets
      const isLost = typeof data === 'string' && unknownNamespace.test(data)
      if (!isOneTooMany && !isLost) return
      handshakes.turnedAway(isOneTooMany ? 'too_many_packets' : 'unknown_namespace')
      // Socket.IO answers it first.
      setImmediate(() => hangUp(connection))
    },
  }
  receiveLittle(connection)
  connection.on('packet', visitor.watchPacket)
  connection.on('upgrade', () => {
    if (visitor.identities > 0) welcome(visitor)
  })
  return visitor
}

export function addPlace(visitor: Visitor, giveBack: () => void): void {
  visitor.places ??= new Set()
  visitor.places.add(giveBack)
}

/** From now on the connection is bounded as that of a user. */
export function welcome(visitor: Visitor): void {
  const { connection, places = [], watchPacket } = visitor
  visitor.places = undefined
  for (const giveBack of places) giveBack()
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
