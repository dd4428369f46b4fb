import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { limits } from '@parley/protocol'
import type { Socket as Connection } from 'engine.io'
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws'

/** The largest packet of a client that has not authenticated yet; it contains a token and little else. */
const mostAnonymousBytes = 16 * 1024

/** The most fragments of a packet: each costs far more than its bytes, and clients send a packet in one piece. */
const mostPieces = 1_024
/** How long a client may take to answer a close frame. */
const closeTimeout = 5_000

type Opened = (websocket: WebSocket, request: IncomingMessage) => void

/**
 * A class for Engine.IO's `wsEngine` option. Its websockets accept packets of up to 16 KiB until `receiveMore`, and
 * never one of more than 1,024 fragments; `ws` closes a websocket that gets more. A client has five seconds to answer a
 * close frame. If this version of `ws` lacks the undocumented limit, that of `options` stays instead of the 16 KiB.
 */
export class FrugalWebSocketServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    const bounds = { maxFragments: mostPieces, maxBufferedChunks: mostPieces, closeTimeout }
    super({ ...options, ...bounds })
  }

  /** Accepts a websocket as `ws` does; `opened` gets it with the limit of 16 KiB. */
  override handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, opened: Opened): void {
    super.handleUpgrade(request, socket, head, (websocket, upgraded) => {
      setMostBytes(websocket, mostAnonymousBytes)
      opened(websocket, upgraded)
    })
  }
}

/** The undocumented members of an Engine.IO transport that this file uses. */
interface Transport {
  /** For long polling. */
  maxHttpBufferSize?: number
  /** For a websocket. */
  socket?: object
}

/** Limits packets on the present transport of the connection to 16 KiB, for a client that has not authenticated. */
export const receiveLittle = (connection: Connection): void => setMost(connection, mostAnonymousBytes)
/**
 * Raises the limit of the present transport to `limits.packetBytes`. After an upgrade the new one needs its own call.
 */
export const receiveMore = (connection: Connection): void => setMost(connection, limits.packetBytes)

function setMost({ transport }: Connection, bytes: number): void {
  const { socket } = transport as Transport
  if (socket) setMostBytes(socket, bytes)
  else (transport as Transport).maxHttpBufferSize = bytes
}

/**
 * `ws` has no documented way to change the limit of an open websocket. If this member is missing, the larger limit
 * stays.
 */
function setMostBytes(websocket: object, bytes: number): void {
  const { _receiver: receiver } = websocket as { _receiver?: { _maxPayload?: unknown } | null }
  if (typeof receiver?._maxPayload === 'number') receiver._maxPayload = bytes
}
