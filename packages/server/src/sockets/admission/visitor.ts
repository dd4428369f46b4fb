import type { Socket as EngineConnection } from 'engine.io'
import { receiveLittle, receiveMore } from '../../engine/receive-limit.ts'
import type { HandshakeLog } from '../../observability/handshake-log.ts'

/**
 * The most packets before authentication: a client joins, authenticates and answers pings; some send events too early.
 */
const mostPackets = 64
/** A packet that joins a namespace that does not exist. The existing ones refuse by themselves. */
const unknownNamespace = /^0\/(?!(v1)?(,|$))/
/** Milliseconds from the start of closing until the connection is cut. */
export const goodbyeMs = 1_000

/** A connection, with the places that it takes while it is anonymous. */
export interface Visitor {
  connection: EngineConnection
  /** The number of namespaces in which it has authenticated. */
  identities: number
  /** The functions that give its places back; undefined while it has none, as after authentication. */
  places: Set<() => void> | undefined
  watchPacket(packet: { data?: unknown }): void
}

/**
 * Makes the visitor of a new connection, which has no places yet, and limits its packets until `liftLimits`: to 16 KiB
 * each. The connection is closed after the 65th packet, or one that joins a namespace that does not exist.
 */
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
      // Socket.IO answers the packet first.
      setImmediate(() => closeWhenSent(connection))
    },
  }
  receiveLittle(connection)
  connection.on('packet', visitor.watchPacket)
  connection.on('upgrade', () => {
    if (visitor.identities > 0) liftLimits(visitor)
  })
  return visitor
}

/** Adds a place that the visitor takes. The next `liftLimits` calls `giveBack`, perhaps not as the first to do so. */
export function addPlace(visitor: Visitor, giveBack: () => void): void {
  visitor.places ??= new Set()
  visitor.places.add(giveBack)
}

/**
 * Gives back its places, and applies the limits of authenticated connections to its present transport from now on. It
 * may be called again, as after an upgrade.
 */
export function liftLimits(visitor: Visitor): void {
  const { connection, places = [], watchPacket } = visitor
  visitor.places = undefined
  for (const giveBack of places) giveBack()
  connection.off('packet', watchPacket)
  receiveMore(connection)
}

/**
 * Begins to close a connection, which ends once everything that was written to it is sent. A session of long polling is
 * discarded then, because it would otherwise wait half a minute for a client that sends no more requests.
 */
export function closeWhenSent(connection: EngineConnection): void {
  if (connection.transport.name !== 'polling') return void connection.close()
  const { writeBuffer } = connection as unknown as { writeBuffer: readonly unknown[] }
  if (writeBuffer.length === 0) connection.close(true)
  else connection.once('drain', () => connection.close(true))
}
