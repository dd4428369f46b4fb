import type { EngineConnection } from './connection.ts'
import type { CorkedConnection } from './cork.ts'
import type { JoinFrames } from './join-frames.ts'

/**
 * Engine.IO's way of a packet, without the events that it emits at each step (ADR 7). Where somebody listens to them, a
 * packet has a callback or the connection closes, packets go Engine.IO's own way.
 */
export function writeDirectly(one: CorkedConnection, join: JoinFrames): void {
  const { connection } = one
  const { transport } = connection
  const websocket = transport.socket
  // Frames that are compressed are queued by ws, and what is written directly would overtake them.
  if (!websocket || transport.perMessageDeflate) return
  const { _sender: sender, _socket: tcp } = websocket
  const own = {
    sendPacket: connection.sendPacket.bind(connection),
    flush: one.flush,
    send: transport.send.bind(transport),
  }

  connection.sendPacket = (type, data, options, sent) => {
    if (type !== 'message' || sent || typeof options === 'function' || !isOpen(connection)) {
      return own.sendPacket(type, data, options, sent)
    }
    if (connection.listenerCount('packetCreate') > 0) return own.sendPacket(type, data, options)
    // A frame that is made holds the text already, and may wait long.
    connection.writeBuffer.push({ type, data: options?.wsPreEncodedFrame ? undefined : data, options })
    connection.flush()
  }

  /** A second websocket may have taken the place of this one. */
  const isPlain = () => connection.transport === transport && isOpen(connection) && connection.packetsFn.length === 0
  one.flush = () => {
    const { writeBuffer } = connection
    // What waited here may have left before the turn's end, with something large.
    if (writeBuffer.length === 0) return
    if (!transport.writable || !isPlain() || isObserved(connection)) return own.flush()
    connection.writeBuffer = []
    transport.send(writeBuffer)
  }

  const sent = (error?: Error) => {
    if (error || connection.sentCallbackFn.length > 0) return transport._onSentLast(error)
    transport.writable = true
    connection.flush()
  }
  transport.send = (packets) => {
    const frames = join(packets)
    if (frames) {
      transport.writable = false
      return sender.sendFrame([frames], sent)
    }
    tcp.cork()
    own.send(packets)
    tcp.uncork()
  }
}

const isOpen = ({ readyState }: EngineConnection) => readyState === 'open'

/** Does anybody, such as the limit or a monitor of packets, listen to what Engine.IO emits when it flushes? */
const isObserved = (connection: EngineConnection) =>
  connection.listenerCount('flush') > 0 ||
  connection.listenerCount('drain') > 0 ||
  connection.server.listenerCount('flush') > 0 ||
  connection.server.listenerCount('drain') > 0
