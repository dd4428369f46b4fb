import type { Socket as TcpSocket } from 'node:net'
import { createJoin, type JoinFrames } from './join-frames.ts'
import type { OutgoingConnection, OutgoingPacket } from './outgoing-limit.ts'

/** What this file needs to know of an Engine.IO server, its sockets, and the `ws` below them. */
interface Engine {
  on(event: 'connection', listener: (connection: Connection) => void): void
}

interface Connection extends OutgoingConnection {
  transport: Transport
  readyState: string
  writeBuffer: OutgoingPacket[]
  /** Callbacks of packets that wait, and of those under way. */
  packetsFn: unknown[]
  sentCallbackFn: unknown[]
  sendPacket(type: string, data?: unknown, options?: OutgoingPacket['options'], callback?: unknown): void
  flush(): void
}

interface Transport {
  name: string
  writable: boolean
  send(packets: OutgoingPacket[]): void
  _onSentLast(error?: Error): void
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

  const flushOne = (one: Held) => {
    one.flush()
    one.isLate = one.connection.writeBuffer.length > 0
    if (one.isLate) limit(one.connection)
  }

  const flushAll = () => {
    const now = held
    held = []
    for (const one of now) one.isWaiting = false
    for (const one of now) {
      try {
        flushOne(one)
      } catch {
        // Its own frames are lost, so it ends; the sockets after it are flushed all the same.
        one.connection.transport.socket?.terminate()
      }
    }
    forget()
  }

  engine.on('connection', (connection) => {
    const one: Held = { connection, flush: connection.flush.bind(connection), isWaiting: false, isLate: false }
    connection.flush = () => {
      const { writeBuffer } = connection
      if (writeBuffer.length === 0) return
      if (connection.transport.name !== 'websocket' || isLarge(writeBuffer.at(-1))) return flushOne(one)
      if (one.isWaiting) return
      one.isWaiting = true
      if (held.length === 0) setImmediate(flushAll)
      held.push(one)
    }
    if (connection.transport.name === 'websocket') sendDirectly(one, join)
  })
}

interface Held {
  connection: Connection
  flush(): void
  isWaiting: boolean
  /** What waits could not be flushed before: whoever waits for that is told. */
  isLate: boolean
}

/**
 * Engine.IO's way of a packet, without the events that it emits at each step (ADR 7). Somebody listens to them only where
 * packets are late, a packet has a callback or the connection closes: then they go Engine.IO's own way.
 */
function sendDirectly(one: Held, join: JoinFrames): void {
  const { connection } = one
  const { transport } = connection
  const inSteps = {
    sendPacket: connection.sendPacket.bind(connection),
    flush: one.flush,
    send: transport.send.bind(transport),
  }

  connection.sendPacket = (type, data, options, callback) => {
    if (type !== 'message' || callback || connection.readyState !== 'open') {
      return inSteps.sendPacket(type, data, options, callback)
    }
    connection.writeBuffer.push({ type, data, options })
    connection.flush()
  }

  /** A second websocket may have taken the place of this one. */
  const isPlain = () =>
    connection.transport === transport && connection.readyState === 'open' && connection.packetsFn.length === 0
  one.flush = () => {
    const { writeBuffer } = connection
    // What waited here may have left before the turn's end, with something large.
    if (writeBuffer.length === 0) return
    if (one.isLate || !transport.writable || !isPlain()) return inSteps.flush()
    connection.writeBuffer = []
    transport.send(writeBuffer)
  }

  const sent = (error?: Error) => {
    if (error || connection.sentCallbackFn.length > 0) return transport._onSentLast(error)
    transport.writable = true
    connection.flush()
  }
  transport.send = (packets) => {
    const sender = transport.socket?._sender
    const frames = sender && join(packets)
    if (frames) {
      transport.writable = false
      return sender.sendFrame([frames], sent)
    }
    const tcp = transport.socket?._socket
    tcp?.cork()
    inSteps.send(packets)
    tcp?.uncork()
  }
}

/** Of what goes to one socket alone: many large answers in one turn must be counted while they are made. */
const isLarge = (packet: OutgoingPacket | undefined) =>
  packet !== undefined &&
  packet.options?.wsPreEncodedFrame === undefined &&
  typeof packet.data === 'string' &&
  packet.data.length > largePacket
