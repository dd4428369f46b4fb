/** What this file needs to know of an Engine.IO connection, and of the `ws` below it. */
export interface OutgoingConnection {
  transport: { socket?: { pause(): void; resume(): void; terminate(): void } }
  /** Packets that wait because those before them are still being written. */
  writeBuffer: readonly OutgoingPacket[]
  close(discard: boolean): void
  once(event: 'flush', listener: () => void): void
  emit(event: typeof lagEvent, isLagging: boolean): unknown
}

export interface OutgoingPacket {
  type: string
  data?: unknown
  /** A broadcast gives one and the same object to all sockets. */
  options?: { wsPreEncodedFrame?: Buffer[] }
}

/** Sockets in this room do not keep up with what they are sent, and are spared what is not durable. */
export const laggingRoom = 'lagging'
/** What a connection emits when it begins and ceases to lag. */
export const lagEvent = 'lagging'

const mebibyte = 1024 * 1024
const most = { lagging: mebibyte / 4, events: mebibyte, answers: 4 * mebibyte }

interface Waiting {
  packets: number
  events: number
  answers: number
  isLagging: boolean
}

/**
 * Bounds what waits for a client that does not read. Engine.IO stops writing when the network is full and queues without
 * end, so what counts is what waits in its buffer, behind the one write under way.
 *
 * Above the first mark a socket is spared what is ephemeral, and nothing more is read from it. With 1 MiB of events, or
 * 4 MiB of answers before the last, it is cut off and its queue is freed: it comes back and syncs. Answers count apart,
 * because the first sync of a large account may be larger than the bound, and is read in time all the same.
 */
export function createOutgoingLimit(closed: (bytes: number) => void) {
  const waitingOf = new WeakMap<OutgoingConnection, Waiting>()

  const begin = (connection: OutgoingConnection): Waiting => {
    const waiting = { packets: 0, events: 0, answers: 0, isLagging: false }
    waitingOf.set(connection, waiting)
    connection.once('flush', () => {
      waitingOf.delete(connection)
      if (!waiting.isLagging) return
      connection.transport.socket?.resume()
      connection.emit(lagEvent, false)
    })
    return waiting
  }

  /** Called for a connection that could not be flushed. */
  return (connection: OutgoingConnection): void => {
    const waiting = waitingOf.get(connection) ?? begin(connection)
    const { writeBuffer } = connection
    const answersBefore = waiting.answers
    for (; waiting.packets < writeBuffer.length; waiting.packets++) {
      const packet = writeBuffer[waiting.packets]
      if (packet) waiting[isAnswer(packet) ? 'answers' : 'events'] += bytesOf(packet)
    }
    const bytes = waiting.events + waiting.answers
    if (waiting.events > most.events || answersBefore > most.answers) {
      connection.close(true)
      connection.transport.socket?.terminate()
      closed(bytes)
    } else if (bytes > most.lagging && !waiting.isLagging) {
      waiting.isLagging = true
      connection.transport.socket?.pause()
      connection.emit(lagEvent, true)
    }
  }
}

const bytesOf = ({ data, options }: OutgoingPacket): number => {
  const frames = options?.wsPreEncodedFrame
  if (frames) return frames.reduce((sum, frame) => sum + frame.length, 0)
  return typeof data === 'string' ? Buffer.byteLength(data) : 0
}

/** Socket.IO's packet type 3 is an acknowledgement: the client asked for it. */
const isAnswer = ({ data }: OutgoingPacket) => typeof data === 'string' && data.startsWith('3')
