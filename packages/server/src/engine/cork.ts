import type { Socket } from 'engine.io'
import { type EngineConnection, type OutgoingPacket, withInternals } from './connection.ts'
import { limitByEvents } from './documented-ways.ts'
import { missingMembers, type WarnOfMissing } from './missing-members.ts'
import type { OutgoingLimit } from './outgoing-limit.ts'
import { frameOf } from './packets.ts'

const largePacket = 16 * 1024
/** WebSocket's state in which frames may be sent. */
const open = 1

/**
 * Makes a function to call once with each new connection: the frames of one turn of the event loop then leave in one
 * system call. It changes methods of that connection only. Small packets for a websocket wait in Engine.IO's own buffer
 * until the turn ends; large ones and long polling do not. If earlier data is still being written, packets wait on, and
 * `limit` is called. If this version lacks some methods, `warn` gets their names, and each frame leaves by itself,
 * limited all the same. The system call is nearly the whole cost of a delivery: 9.4 µs with one for each frame, 1.3 µs
 * with this (ADR 7).
 *
 * @example
 * engine.on('connection', createCork(limit, (missing) => log.warn({ missing }, 'each frame is written by itself')))
 */
export function createCork(limit: OutgoingLimit, warn: WarnOfMissing): (connection: Socket) => void {
  // Not a Map that is cleared each turn: its old tables refer to the next ones, so that garbage would keep them alive.
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
        // Its frames are lost, so this connection is ended; the connections after it are flushed all the same.
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
      return limitByEvents(connection, limit)
    }
    const one = new CorkedConnection(connection, flushLater, limit)
    if (isWebsocket) writeDirectly(one, joined)
  }
}

/** A connection whose packets leave at the end of the turn. */
class CorkedConnection {
  readonly connection: EngineConnection
  isWaiting = false
  /** Writes the packets that wait, unless earlier ones are still being written. */
  write: () => void
  /** Whether the transport was writable; its `writable` is false until the turn ends. */
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
    const { writeBuffer: packets, transport } = this.connection
    if (packets.length === 0) return
    // Engine.IO closes a connection that is closing right after the flush that ends an upgrade.
    if (transport.name !== 'websocket' || isLarge(packets.at(-1)) || !isOpen(this.connection)) return void this.flush()
    // Not writable, so that Socket.IO drops volatile packets while another one waits, as it documents.
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
 * Writes packets as Engine.IO does, without the events that it emits at each step (ADR 7). If such an event has a
 * listener, a packet has a callback, or the connection closes, Engine.IO writes them itself.
 */
function writeDirectly(one: CorkedConnection, joined: JoinedFrames): void {
  const { connection } = one
  const { transport } = connection
  const websocket = transport.socket
  // ws queues frames while it compresses them; frames that are written directly would overtake them.
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
    // An encoded frame contains the text already: keeping both would double the memory of packets that wait.
    connection.writeBuffer.push({ type, data: options?.wsPreEncodedFrame ? undefined : data, options })
    one.wait()
  }
  connection.sendShared = (packet, text) => {
    // The first packet of a turn has passed all checks; later ones are only appended.
    if (one.isWaiting && !connection.transport.writable && isOpen(connection)) connection.writeBuffer.push(packet)
    else connection.sendPacket(packet.type, text, packet.options)
  }
  one.write = () => {
    const { writeBuffer } = connection
    // A large packet may have flushed the buffer before the turn ended.
    if (writeBuffer.length === 0) return
    // The connection may have another websocket by now.
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

/** Joins frames of packets into one buffer, and reuses it for later calls with the same packets, until `forget`. */
export class JoinedFrames {
  #packets: readonly OutgoingPacket[] = []
  #frames: Buffer | undefined

  /** One buffer, or two if more packets follow the reused ones; undefined if a packet is not plain text. */
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
    else if (type === 'message' && typeof data === 'string') frames.push(frameOf(data))
    else return undefined
  }
  return frames.length === 1 ? frames[0] : Buffer.concat(frames)
}

const isOpen = ({ readyState }: EngineConnection) => readyState === 'open'

/** Whether a close frame was sent or received: no frame may follow it (RFC 6455, 5.5.1). */
const isShut = ({ transport }: EngineConnection) =>
  transport.socket !== undefined && transport.socket.readyState !== open

/** True for large packets to one socket: they are flushed at once, so that `limit` counts many of them in one turn. */
const isLarge = (packet: OutgoingPacket | undefined) =>
  packet !== undefined &&
  packet.options?.wsPreEncodedFrame === undefined &&
  typeof packet.data === 'string' &&
  packet.data.length > largePacket

/** Whether the events of a flush have listeners, such as the limit or a monitor of packets. */
const isObserved = (connection: EngineConnection) =>
  connection.listenerCount('flush') > 0 ||
  connection.listenerCount('drain') > 0 ||
  connection.server.listenerCount('flush') > 0 ||
  connection.server.listenerCount('drain') > 0
