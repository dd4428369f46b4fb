import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { limits } from '@parley/protocol'
import type { Socket as Connection } from 'engine.io'
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws'

/** Bytes of one packet before it is known who sends it, when it carries a token and little else. */
const mostAnonymousBytes = 16 * 1024

/** So many pieces of a packet wait for the rest. Each costs far more than its bytes, and clients send a packet whole. */
const mostPieces = 1_024
/** How long a client may take to answer a goodbye. */
const closeTimeout = 5_000

type Opened = (websocket: WebSocket, request: IncomingMessage) => void

/** In the form of Engine.IO's `wsEngine` option: websockets that receive little until `receiveMore`. */
export class FrugalWebSocketServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    const bounds = { maxFragments: mostPieces, maxBufferedChunks: mostPieces, closeTimeout }
    super({ ...options, ...bounds })
  }

  override handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, opened: Opened): void {
    super.handleUpgrade(request, socket, head, (websocket, upgraded) => {
      setMostBytes(websocket, mostAnonymousBytes)
      opened(websocket, upgraded)
    })
  }
}

/** What this file needs to know of an Engine.IO transport. */
interface Transport {
  /** Of long polling. */
  maxHttpBufferSize?: number
  /** Of a websocket. */
  socket?: object
}

export const receiveLittle = (connection: Connection): void => setMost(connection, mostAnonymousBytes)
export const receiveMore = (connection: Connection): void => setMost(connection, limits.packetBytes)

function setMost({ transport }: Connection, bytes: number): void {
  const { socket } = transport as Transport
  if (socket) setMostBytes(socket, bytes)
  else (transport as Transport).maxHttpBufferSize = bytes
}

/** `ws` knows no other way to change the bound of an open websocket; where this one is gone, it has the larger bound. */
function setMostBytes(websocket: object, bytes: number): void {
  const { _receiver: receiver } = websocket as { _receiver?: { _maxPayload?: unknown } | null }
  if (typeof receiver?._maxPayload === 'number') receiver._maxPayload = bytes
}
