import type { Socket } from 'engine.io'
import { type EngineConnection, type OutgoingPacket, withInternals } from './connection.ts'
import { createReaderWatch } from './reader-watch.ts'

/** Sockets in this room read too slowly and get no ephemeral events. */
export const laggingRoom = 'lagging'
/** A connection emits this event, with true or false, when it begins or ceases to lag. */
export const lagEvent = 'lagging'
/** Native sockets in this room get no durable events until they keep up again; then they sync. */
export const behindRoom = 'behind'
/** A connection emits this event, with true or false, when it begins or ceases to be behind. */
export const behindEvent = 'behind'

const mebibyte = 1024 * 1024
const most = { keepingUp: mebibyte / 4, events: mebibyte, waiting: 8 * mebibyte }

/** The packets that wait until the running write ends. */
interface Waiting {
  packets: number
  bytes: number
}

export interface OutgoingLimitOptions {
  /** A lagging connection is closed after the network has taken none of its data for this long. */
  stallMs: number
  /** Called after a connection was closed for reading too slowly, with the number of its unsent bytes. */
  closed(bytes: number): void
}

/** Called with all packets that wait whenever a packet cannot be written at once. May close the connection. */
export type OutgoingLimit = (connection: EngineConnection, waiting: readonly OutgoingPacket[]) => void

/**
 * Limits the packets that wait for a client that reads too slowly; Engine.IO would queue them without limit. Above 256
 * KiB a connection _lags_ (`lagEvent`): it gets no ephemeral events, and the server stops reading from it. Above 1 MiB
 * it is _behind_ (`behindEvent`): a native client gets no durable events, and syncs later. At 256 KiB or less both end.
 * The connection is cut, and then `closed` called, when the network takes no data of a lagging websocket for `stallMs`,
 * or above 8 MiB of packets. Only events for foreign clients can reach that mark, because answers wait until the
 * connection has `drained`.
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
      connection.off('drain', endIfDrained)
      connection.off('close', end)
      socket?._socket?.off('drain', endIfDrained)
    }
    const endIfDrained = () => {
      if (unsent(connection) > most.keepingUp) return
      end()
      readers.end(connection)
      socket?.resume()
      keepUpAgain(connection)
    }
    lagging.add(connection)
    readers.begin(connection)
    socket?.pause()
    // Engine.IO's connection drains when it has passed everything on, Node's socket when the network has taken it.
    connection.on('drain', endIfDrained).on('close', end).emit(lagEvent, true)
    socket?._socket?.on('drain', endIfDrained)
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

/** Resolves when a lagging connection keeps up again or is closed; undefined if it does not lag. */
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
