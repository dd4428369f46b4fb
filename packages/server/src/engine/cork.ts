import type { Socket } from 'engine.io'
import { type EngineConnection, type OutgoingPacket, withInternals } from './connection.ts'
import { limitPlainly } from './documented-ways.ts'
import { missingMembers, type WarnOfMissing } from './missing-members.ts'
import type { OutgoingLimit } from './outgoing-limit.ts'
import { frameOf } from './packets.ts'

const largePacket = 16 * 1024
/** WebSocket's state in which frames may be sent. */
const open = 1

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
  const joined = new JoinedFrames()

  const flushAll = () => {
    const now = corked
    corked = []
    for (const one of now) {
      one.isWaiting = false
      try {
        one.flush()
      } catch {
        // Its own frames are lost, so it ends; the connections after it are flushed all the same.
        one.connection.transport.socket?.terminate()
      }
    }
    joined.forget()
  }
  const flushLater = (one: CorkedConnection) => {
    if (corked.length === 0) setImmediate(flushAll)
    corked.push(one)
  }

  return (socket) => {
    const connection = withInternals(socket)
    const isWebsocket = connection.transport?.name === 'websocket'
    const missing = missingMembers(connection).filter((name) => isWebsocket || name.startsWith('connection.'))
    if (missing.length > 0) {
      warn(missing)
      return limitPlainly(connection, limit)
    }
    const one = new CorkedConnection(connection, flushLater, limit)
    if (isWebsocket) writeDirectly(one, joined)
  }
}

/** A connection whose packets leave at the end of the turn. */
class CorkedConnection {
  readonly connection: EngineConnection
  isWaiting = false
  /** Writes what waits, if the network has taken what came before. */
  write: () => void
  /** Could what waits be written at once? Until the turn ends its transport then says that it cannot. */
  #isReady = false
  readonly #flushLater: (one: CorkedConnection) => void
  readonly #limit: OutgoingLimit

  constructor(connection: EngineConnection, flushLater: (one: CorkedConnection) => void, limit: OutgoingLimit) {
    this.connection = connection
    this.write = connection.flush.bind(connection)
    this.#flushLater = flushLater
    this.#limit = limit
    connection.flush = () => this.wait()
  }

  wait(): void {
    const { writeBuffer, transport } = this.connection
    if (writeBuffer.length === 0) return
    if (transport.name !== 'websocket' || isLarge(writeBuffer.at(-1))) return void this.flush()
    // A volatile packet is left out while another one waits, as Socket.IO documents it.
    if (transport.writable) {
      this.#isReady = true
      transport.writable = false
    }
    if (this.isWaiting) return
    this.isWaiting = true
    this.#flushLater(this)
  }

  flush(): void {
    const { connection } = this
    if (this.#isReady) connection.transport.writable = true
    this.#isReady = false
    if (isShut(connection)) connection.writeBuffer = []
    else this.write()
    if (connection.writeBuffer.length > 0) this.#limit(connection, connection.writeBuffer)
  }
}

/**
 * Engine.IO's way of a packet, without the events that it emits at each step (ADR 7). Where somebody listens to them, a
 * packet has a callback or the connection closes, packets go Engine.IO's own way.
 */
function writeDirectly(one: CorkedConnection, joined: JoinedFrames): void {
  const { connection } = one
  const { transport } = connection
  const websocket = transport.socket
  // Frames that are compressed are queued by ws, and what is written directly would overtake them.
  if (!websocket || transport.perMessageDeflate) return
  const { _sender: sender, _socket: tcp } = websocket
  const own = {
    sendPacket: connection.sendPacket.bind(connection),
    write: one.write,
    send: transport.send.bind(transport),
  }

  connection.sendPacket = (type, data, options, sent) => {
    const isPlain = type === 'message' && !sent && typeof options !== 'function' && isOpen(connection)
    if (!isPlain || connection.listenerCount('packetCreate') > 0) return own.sendPacket(type, data, options, sent)
    // A frame that is made holds the text already, and may wait long.
    connection.writeBuffer.push({ type, data: options?.wsPreEncodedFrame ? undefined : data, options })
    one.wait()
  }
  connection.sendShared = (packet, text) => {
    // The first packet of a turn has gone the whole way, and the next ones only join it.
    if (one.isWaiting && !connection.transport.writable && isOpen(connection)) connection.writeBuffer.push(packet)
    else connection.sendPacket(packet.type, text, packet.options)
  }
  one.write = () => {
    const { writeBuffer } = connection
    // What waited here may have left before the turn's end, with something large.
    if (writeBuffer.length === 0) return
    // A second websocket may have taken the place of this one.
    const isOurs = connection.transport === transport && transport.writable && isOpen(connection)
    if (!isOurs || connection.packetsFn.length > 0 || isObserved(connection)) return own.write()
    connection.writeBuffer = []
    transport.send(writeBuffer)
  }
  const sent = (error?: Error) => {
    if (error || connection.sentCallbackFn.length > 0) return transport._onSentLast(error)
    transport.writable = true
    one.wait()
  }
  transport.send = (packets) => {
    const frames = joined.of(packets)
    if (frames) {
      transport.writable = false
      return sender.sendFrame(frames, sent)
    }
    tcp.cork()
    own.send(packets)
    tcp.uncork()
  }
}

/** The frames of several packets in one buffer; the members of a room are sent the same, so it is made once for them. */
export class JoinedFrames {
  #packets: readonly OutgoingPacket[] = []
  #frames: Buffer | undefined

  /** One buffer or two; undefined if one of the packets is of a kind that it does not know. */
  of(packets: readonly OutgoingPacket[]): Buffer[] | undefined {
    const { length } = this.#packets
    if (this.#frames && packets.length >= length && this.#packets.every((packet, at) => isSame(packet, packets[at]))) {
      if (packets.length === length) return [this.#frames]
      const rest = framesOf(packets.slice(length))
      return rest && [this.#frames, rest]
    }
    const frames = framesOf(packets)
    if (!frames) return undefined
    this.#packets = packets
    this.#frames = frames
    return [frames]
  }

  forget(): void {
    this.#packets = []
    this.#frames = undefined
  }
}

const isSame = (one: OutgoingPacket, other: OutgoingPacket | undefined) =>
  one === other || (one.options === other?.options && one.data === other?.data)

function framesOf(packets: readonly OutgoingPacket[]): Buffer | undefined {
  const frames: Buffer[] = []
  for (const { type, data, options } of packets) {
    if (options?.wsPreEncodedFrame) frames.push(...options.wsPreEncodedFrame)
    else if (type === 'message' && typeof data === 'string') frames.push(frameOf('', data))
    else return undefined
  }
  return frames.length === 1 ? frames[0] : Buffer.concat(frames)
}

const isOpen = ({ readyState }: EngineConnection) => readyState === 'open'

/** Has a close frame been sent or received? Nothing may follow it (RFC 6455, 5.5.1). */
const isShut = ({ transport }: EngineConnection) =>
  transport.socket !== undefined && transport.socket.readyState !== open

/** True for large packets to one socket alone: many of them in one turn must be counted while they are made. */
const isLarge = (packet: OutgoingPacket | undefined) =>
  packet !== undefined &&
  packet.options?.wsPreEncodedFrame === undefined &&
  typeof packet.data === 'string' &&
  packet.data.length > largePacket

/** Does anybody, such as the limit or a monitor of packets, listen to what Engine.IO emits when it flushes? */
const isObserved = (connection: EngineConnection) =>
  connection.listenerCount('flush') > 0 ||
  connection.listenerCount('drain') > 0 ||
  connection.server.listenerCount('flush') > 0 ||
  connection.server.listenerCount('drain') > 0
