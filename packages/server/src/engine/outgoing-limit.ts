import type { Socket } from 'engine.io'
import { type EngineConnection, type OutgoingPacket, withInternals } from './connection.ts'
import { createReaderWatch } from './reader-watch.ts'

/** Sockets in this room do not keep up with what they are sent, and are spared what is not durable. */
export const laggingRoom = 'lagging'
/** What a connection emits when it begins and ceases to lag. */
export const lagEvent = 'lagging'
/** Native sockets in this room get no events until they keep up again. Then they sync. */
export const behindRoom = 'behind'
/** What a connection emits when it begins and ceases to be behind. */
export const behindEvent = 'behind'

const mebibyte = 1024 * 1024
const most = { keepingUp: mebibyte / 4, events: mebibyte, waiting: 8 * mebibyte }

/** What waits behind the write under way. */
interface Waiting {
  packets: number
  bytes: number
}

export interface OutgoingLimitOptions {
  /** A connection that lags may take nothing for so long. */
  stallMs: number
  closed(bytes: number): void
}

/** Counts what waits for a connection behind the write under way. Called whenever something waits. */
export type OutgoingLimit = (connection: EngineConnection, waiting: readonly OutgoingPacket[]) => void

/**
 * Bounds what waits for a client that does not read: Engine.IO stops writing when the network is full, and queues without
 * end. Above the first mark a connection lags: it is spared what is ephemeral, and nothing more is read from it. Above the
 * second it is behind: a client that can sync is told no more until it keeps up again. It is closed when the network takes
 * nothing of it for a time, or at the last mark. Only events for foreign clients can reach that one, because what a client
 * asks for while it lags waits until it has `drained`. A client that was closed comes back and syncs.
 */
export function createOutgoingLimit({ stallMs, closed }: OutgoingLimitOptions): OutgoingLimit {
  const waitingOf = new WeakMap<EngineConnection, Waiting>()

  const begin = (connection: EngineConnection): Waiting => {
    const waiting = { packets: 0, bytes: 0 }
    waitingOf.set(connection, waiting)
    connection.once('flush', () => waitingOf.delete(connection))
    return waiting
  }

  const unsent = (connection: EngineConnection) =>
    (waitingOf.get(connection)?.bytes ?? 0) + (connection.transport.socket?.bufferedAmount ?? 0)

  const cut = (connection: EngineConnection) => {
    const bytes = unsent(connection)
    connection.close(true)
    connection.transport.socket?.terminate()
    closed(bytes)
  }
  const readers = createReaderWatch(stallMs, cut)

  const lag = (connection: EngineConnection) => {
    const { socket } = connection.transport
    const end = () => {
      lagging.delete(connection)
      connection.off('drain', look)
      connection.off('close', end)
      socket?._socket?.off('drain', look)
    }
    const look = () => {
      if (unsent(connection) > most.keepingUp) return
      end()
      readers.end(connection)
      socket?.resume()
      keepUpAgain(connection)
    }
    lagging.add(connection)
    readers.begin(connection)
    socket?.pause()
    // Engine.IO’s connection drains when everything is under way, and Node’s socket when the network has taken it.
    connection.on('drain', look).on('close', end).emit(lagEvent, true)
    socket?._socket?.on('drain', look)
  }

  return (connection, packets) => {
    const waiting = waitingOf.get(connection) ?? begin(connection)
    for (const packet of packets.slice(waiting.packets)) waiting.bytes += bytesOf(packet)
    waiting.packets = packets.length
    if (waiting.bytes > most.waiting) return cut(connection)
    const bytes = unsent(connection)
    if (bytes > most.keepingUp && !lagging.has(connection)) lag(connection)
    if (bytes > most.events && !behind.has(connection)) fallBehind(connection)
  }
}

const lagging = new WeakSet<EngineConnection>()
const behind = new WeakSet<EngineConnection>()

function fallBehind(connection: EngineConnection): void {
  behind.add(connection)
  connection.emit(behindEvent, true)
}

function keepUpAgain(connection: EngineConnection): void {
  connection.emit(lagEvent, false)
  if (behind.delete(connection)) connection.emit(behindEvent, false)
}

/** Resolves when a connection that lags does so no more, or is closed; undefined if it does not lag. */
export const drained = (connection: Socket): Promise<void> | undefined => {
  const lagged = withInternals(connection)
  if (!lagging.has(lagged)) return undefined
  return new Promise((resolve) => {
    const end = () => {
      lagged.off(lagEvent, end)
      lagged.off('close', end)
      resolve()
    }
    lagged.on(lagEvent, end).on('close', end)
  })
}

const bytesOf = ({ data, options }: OutgoingPacket): number => {
  const frames = options?.wsPreEncodedFrame
  if (frames) return frames.reduce((sum, frame) => sum + frame.length, 0)
  return typeof data === 'string' ? Buffer.byteLength(data) : data instanceof Uint8Array ? data.length : 0
}
