import type { Socket as TcpSocket } from 'node:net'
import { createJoin, type JoinFrames } from './join-frames.ts'
import type { OutgoingConnection, OutgoingPacket } from './outgoing-limit.ts'

/** What this file needs to know of an Engine.IO server, its sockets, and the `ws` below them. */
interface Engine {
  on(event: 'connection', listener: (connection: Connection) => void): void
}

interface Connection extends OutgoingConnection {
  transport: Transport
  flush(): void
}

interface Transport {
  name: string
  writable: boolean
  send(packets: OutgoingPacket[]): void
  _onSentLast?: (error?: Error) => void
  socket?: OutgoingConnection['transport']['socket'] & {
    _socket?: TcpSocket | null
    _sender?: { sendFrame(frames: Buffer[], sent?: (error?: Error) => void): void }
  }
}

const largePacket = 16 * 1024

/**
 * Lets the frames that one turn of the event loop produces for a socket leave in one system call. A system call for
 * each frame is nearly all that a delivery costs: 9.4 µs without this, 1.3 µs with it (ADR 0007).
 *
 * A websocket's packets, unless they are large, wait in Engine.IO's own buffer until the turn is over; then they are
 * flushed as one buffer. What cannot be flushed, because the network has not taken what came before, is left to `limit`.
 */
export function corkWrites(engine: Engine, limit: (connection: OutgoingConnection) => void): void {
  // Not a map that is cleared each turn: each table of one refers to the next, so that old garbage keeps the new alive.
  let held: Held[] = []
  const { join, forget } = createJoin()

  const flushAll = () => {
    const now = held
    held = []
    for (const one of now) one.isWaiting = false
    for (const one of now) {
      one.flush()
      if (one.connection.writeBuffer.length > 0) limit(one.connection)
    }
    forget()
  }

  engine.on('connection', (connection) => {
    const one: Held = { connection, flush: connection.flush.bind(connection), isWaiting: false }
    connection.flush = () => {
      if (connection.transport.name !== 'websocket' || isLarge(connection.writeBuffer.at(-1))) {
        one.flush()
        if (connection.writeBuffer.length > 0) limit(connection)
        return
      }
      if (one.isWaiting) return
      one.isWaiting = true
      if (held.length === 0) setImmediate(flushAll)
      held.push(one)
    }
    if (connection.transport.name === 'websocket') sendJoined(connection.transport, join)
  })
}

interface Held {
  connection: Connection
  flush(): void
  isWaiting: boolean
}

function sendJoined(transport: Transport, join: JoinFrames): void {
  const send = transport.send.bind(transport)
  transport.send = (packets) => {
    const sender = transport.socket?._sender
    const frames = sender && join(packets)
    if (frames) {
      transport.writable = false
      sender.sendFrame([frames], transport._onSentLast)
      return
    }
    const tcp = transport.socket?._socket
    tcp?.cork()
    send(packets)
    tcp?.uncork()
  }
}

/** Of what goes to one socket alone: many large answers in one turn must be counted while they are made. */
const isLarge = (packet: OutgoingPacket | undefined) =>
  packet !== undefined &&
  packet.options?.wsPreEncodedFrame === undefined &&
  typeof packet.data === 'string' &&
  packet.data.length > largePacket
