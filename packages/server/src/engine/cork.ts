import type { Socket } from 'engine.io'
import { type EngineConnection, type OutgoingPacket, withInternals } from './connection.ts'
import { writeDirectly } from './direct-writes.ts'
import { createJoin } from './join-frames.ts'
import { missingMembers, type WarnOfMissing } from './missing-members.ts'
import type { OutgoingLimit } from './outgoing-limit.ts'

const largePacket = 16 * 1024
/** WebSocket's state in which frames may be sent. */
const open = 1

/** A connection whose packets leave at the end of the turn. */
export interface CorkedConnection {
  connection: EngineConnection
  flush(): void
  isWaiting: boolean
  /** Could what waits be written at once? Until the turn ends its transport then says that it cannot. */
  isReady: boolean
}

/**
 * Lets the frames that one turn of the event loop produces for a connection leave in one system call. A system call for
 * each frame is nearly all that a delivery costs: 9.4 µs without this, 1.3 µs with it (ADR 7).
 *
 * A websocket's packets, unless they are large, wait in Engine.IO's own buffer until the turn is over; then they are
 * flushed as one buffer. What cannot be flushed, because the network has not taken what came before, is left to `limit`.
 * It is for each connection alone that this is done: others of the same engine are not touched.
 *
 * @example
 * engine.on('connection', createCork(limit, (missing) => log.warn({ missing }, 'each frame is written by itself')))
 */
export function createCork(limit: OutgoingLimit, warn: WarnOfMissing): (connection: Socket) => void {
  // Not a map that is cleared each turn: each table of one refers to the next, so that old garbage keeps the new alive.
  let corked: CorkedConnection[] = []
  const { join, forget } = createJoin()

  const flushOne = (one: CorkedConnection) => {
    const { connection } = one
    release(one)
    if (isShut(connection)) connection.writeBuffer = []
    else one.flush()
    if (connection.writeBuffer.length > 0) limit(connection, connection.writeBuffer)
  }

  const flushAll = () => {
    const now = corked
    corked = []
    for (const one of now) {
      one.isWaiting = false
      try {
        flushOne(one)
      } catch {
        // Its own frames are lost, so it ends; the sockets after it are flushed all the same.
        one.connection.transport.socket?.terminate()
      }
    }
    forget()
  }

  const cork = (one: CorkedConnection) => {
    const { connection } = one
    connection.flush = () => {
      const { writeBuffer, transport } = connection
      if (writeBuffer.length === 0) return
      if (transport.name !== 'websocket' || isLarge(writeBuffer.at(-1))) return flushOne(one)
      // A volatile packet is left out while another one waits, as Socket.IO documents it.
      if (transport.writable) {
        one.isReady = true
        transport.writable = false
      }
      if (one.isWaiting) return
      one.isWaiting = true
      if (corked.length === 0) setImmediate(flushAll)
      corked.push(one)
    }
  }

  return (socket) => {
    const connection = withInternals(socket)
    const isWebsocket = connection.transport?.name === 'websocket'
    const missing = missingMembers(connection).filter((name) => isWebsocket || name.startsWith('connection.'))
    if (missing.length > 0) {
      warn(missing)
      return limitPlainly(connection, limit)
    }
    const one = { connection, flush: connection.flush.bind(connection), isWaiting: false, isReady: false }
    cork(one)
    if (isWebsocket) writeDirectly(one, join)
  }
}

const release = (one: CorkedConnection) => {
  if (one.isReady) one.connection.transport.writable = true
  one.isReady = false
}

/** Has a close frame been sent or received? Nothing may follow it (RFC 6455, 5.5.1). */
const isShut = ({ transport }: EngineConnection) =>
  transport.socket !== undefined && transport.socket.readyState !== open

/** True for large packets to one socket alone: many of them in one turn must be counted while they are made. */
const isLarge = (packet: OutgoingPacket | undefined) =>
  packet !== undefined &&
  packet.options?.wsPreEncodedFrame === undefined &&
  typeof packet.data === 'string' &&
  packet.data.length > largePacket

/** By the events that Engine.IO documents. */
function limitPlainly(connection: EngineConnection, limit: OutgoingLimit): void {
  let waiting: OutgoingPacket[] = []
  connection.on('flush', () => {
    waiting = []
  })
  connection.on('packetCreate', (packet: OutgoingPacket) => {
    waiting.push(packet)
    if (!connection.transport.writable) limit(connection, waiting)
  })
}
