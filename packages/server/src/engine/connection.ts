import type { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket as TcpSocket } from 'node:net'
import type { Server as Engine, Socket } from 'engine.io'
import type { WebSocket } from 'ws'

/** A packet that Engine.IO is to send. */
export interface OutgoingPacket {
  type: string
  data?: unknown
  /** All packets of one broadcast share this object. */
  options?: { wsPreEncodedFrame?: Buffer[] }
}

/** An Engine.IO connection with the undocumented members that this folder relies on. */
export interface EngineConnection extends EventEmitter {
  server: EventEmitter
  transport: EngineTransport
  readyState: string
  /** Packets that wait until earlier ones are written. */
  writeBuffer: OutgoingPacket[]
  /** Callbacks of packets that wait (`packetsFn`) and of those being written (`sentCallbackFn`). */
  packetsFn: unknown[]
  sentCallbackFn: unknown[]
  pingTimeoutTimer?: NodeJS.Timeout | null
  sendPacket(
    type: string,
    data?: unknown,
    options?: OutgoingPacket['options'] | SentCallback,
    sent?: SentCallback,
  ): void
  /**
   * Added by `createCork`: sends a packet with an encoded frame that many connections share; `text` is the same
   * unencoded.
   */
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
  /** Undefined for long polling. */
  socket?: EngineWebSocket
  /** For long polling: the response of a request that waits for packets. */
  res?: ServerResponse | null
}

type EngineWebSocket = WebSocket & {
  _socket: TcpSocket & { _handle?: { writeQueueSize?: number } | null }
  _sender: { sendFrame(frames: Buffer[], sent?: (error?: Error) => void): void }
}

/** The same object, typed with its undocumented members. It checks nothing: in another version some may be missing. */
export const withInternals = (connection: Socket): EngineConnection => connection as unknown as EngineConnection

/** The websocket of a connection; undefined for long polling. */
export const websocketOf = (connection: Socket): WebSocket | undefined => withInternals(connection).transport.socket

/** The response of a long-polling request that waits for packets; undefined if none waits, and for a websocket. */
export const waitingPollOf = (connection: Socket): ServerResponse | undefined =>
  withInternals(connection).transport.res ?? undefined

/** A new list of every connection of an engine, whether it has joined a namespace or not. */
export const connectionsOf = (engine: Engine): Socket[] =>
  Object.values((engine as unknown as { clients?: Record<string, Socket> }).clients ?? {})

/** The number of bytes of a websocket that the operating system has accepted so far; undefined for long polling. */
export function takenBytes({ transport }: EngineConnection): number | undefined {
  const tcp = transport.socket?._socket
  // The handle shows how much is left of a running write; `writableLength` counts it whole until it ends.
  return tcp && tcp.bytesWritten - (tcp._handle?.writeQueueSize ?? tcp.writableLength)
}
