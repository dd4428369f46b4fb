import type { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket as TcpSocket } from 'node:net'
import type { Server as Engine, Socket } from 'engine.io'
import type { WebSocket } from 'ws'

/** A packet of Engine.IO on its way out. */
export interface OutgoingPacket {
  type: string
  data?: unknown
  /** A broadcast gives one and the same object to all sockets. */
  options?: { wsPreEncodedFrame?: Buffer[] }
}

/** An Engine.IO connection with the members that its documentation does not have, and that this folder relies on. */
export interface EngineConnection extends EventEmitter {
  server: EventEmitter
  transport: EngineTransport
  readyState: string
  /** Packets that wait because those before them are still being written. */
  writeBuffer: OutgoingPacket[]
  /** Callbacks of packets that wait, and of those under way. */
  packetsFn: unknown[]
  sentCallbackFn: unknown[]
  pingTimeoutTimer?: NodeJS.Timeout | null
  sendPacket(
    type: string,
    data?: unknown,
    options?: OutgoingPacket['options'] | SentCallback,
    sent?: SentCallback,
  ): void
  /** Ours, where packets are written directly: sends a packet that many connections share, whose frame is made of the text. */
  sendShared?(packet: OutgoingPacket, text: string): void
  flush(): void
  close(discard: boolean): void
}

type SentCallback = (transport: unknown) => void

export interface EngineTransport {
  name: string
  writable: boolean
  perMessageDeflate?: unknown
  send(packets: OutgoingPacket[]): void
  _onSentLast(error?: Error): void
  /** Long polling has none. */
  socket?: EngineWebSocket
  /** Of long polling, while a request waits. */
  res?: ServerResponse | null
}

type EngineWebSocket = WebSocket & {
  _socket: TcpSocket & { _handle?: { writeQueueSize?: number } | null }
  _sender: { sendFrame(frames: Buffer[], sent?: (error?: Error) => void): void }
}

export const withInternals = (connection: Socket): EngineConnection => connection as unknown as EngineConnection

/** The `ws` below a connection; long polling has none. */
export const websocketOf = (connection: Socket): WebSocket | undefined => withInternals(connection).transport.socket

/** The answer of long polling that waits for something to tell. */
export const waitingPollOf = (connection: Socket): ServerResponse | undefined =>
  withInternals(connection).transport.res ?? undefined

/** Every connection of an engine, whether it has joined a namespace or not. */
export const connectionsOf = (engine: Engine): Socket[] =>
  Object.values((engine as unknown as { clients?: Record<string, Socket> }).clients ?? {})

/** How many bytes the network has taken so far; undefined where that cannot be seen. */
export function takenBytes({ transport }: EngineConnection): number | undefined {
  const tcp = transport.socket?._socket
  // Of a write under way Node shows in the handle how much is left, and else only that it is not over.
  return tcp && tcp.bytesWritten - (tcp._handle?.writeQueueSize ?? tcp.writableLength)
}
