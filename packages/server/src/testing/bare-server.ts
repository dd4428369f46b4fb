import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket as TcpSocket } from 'node:net'
import { Server, type ServerOptions, type Socket } from 'socket.io'
import { WebSocket } from 'ws'
import { createCork } from '../engine/cork.ts'
import { engineOptions } from '../engine/engine-options.ts'
import { createMissingWarning } from '../engine/missing-members.ts'
import { createOutgoingLimit } from '../engine/outgoing-limit.ts'
import { plainParser } from '../engine/packets.ts'

/** Undocumented members of a connection, for tests that break or watch them. */
export interface Internals {
  transport: {
    _onSentLast?: (error?: Error) => void
    _doSendLast(data: unknown): void
    _canSendPreEncodedFrame(): boolean
    socket: WebSocket & { _socket: TcpSocket & { _handle: object } }
  }
}

/** The internals of a socket's connection. */
export const internalsOf = ({ conn }: { conn: unknown }) => conn as Internals

export interface BareServer {
  io: Server
  url: string
  /** For each connection that was closed for not reading, how many bytes waited for it. */
  closed: number[]
  /** The names of the members that `engine/` found missing. */
  missing: string[]
  /** Connects a client that joins `/`; resolves with both of its ends. */
  dial(options?: { isDeflating?: boolean }): Promise<BareClient>
  close(): void
}

export interface BareClient {
  socket: Socket
  websocket: WebSocket
  /** The packets that came, without Engine.IO's type. */
  packets: (string | Buffer)[]
  /** Resolves with the number of packets when so many have come, or the connection has ended. */
  count(packets: number): Promise<number>
}

/** Turns a connection into one of a version of Engine.IO that has another name for one member. */
function renameMember(connection: unknown): void {
  const { transport } = connection as Internals
  const sent = transport._onSentLast
  delete transport._onSentLast
  transport._canSendPreEncodedFrame = () => false
  transport._doSendLast = (data) => transport.socket.send(data as string | Buffer, sent)
}

/**
 * Starts Socket.IO with the changes of `engine/` and nothing else of Parley. `isPlain`: a member that they need is
 * missing.
 */
export async function startBareServer(
  options: Partial<ServerOptions> & { isPlain?: boolean; stallMs?: number } = {},
): Promise<BareServer> {
  const { isPlain = false, stallMs = 10_000, ...rest } = options
  const http = createServer()
  const io = new Server(http, { parser: plainParser, ...engineOptions, transports: ['websocket'], ...rest })
  const closed: number[] = []
  const missing: string[] = []
  const websockets: WebSocket[] = []
  const limit = createOutgoingLimit({ stallMs, closed: (bytes) => void closed.push(bytes) })
  if (isPlain) io.engine.on('connection', renameMember)
  io.engine.on(
    'connection',
    createCork(
      limit,
      createMissingWarning((members) => void missing.push(...members)),
    ),
  )
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  return {
    io,
    url,
    closed,
    missing,
    dial: ({ isDeflating = false } = {}) => {
      const place = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
      const websocket = new WebSocket(place, { perMessageDeflate: isDeflating })
      websockets.push(websocket)
      return join(io, websocket)
    },
    close: () => {
      // Terminated, because a client that does not read would not notice a close.
      for (const websocket of websockets) websocket.terminate()
      for (const { conn } of io.of('/').sockets.values()) internalsOf({ conn }).transport.socket.terminate()
      void io.close()
    },
  }
}

async function join(io: Server, websocket: WebSocket): Promise<BareClient> {
  const arrived = once(io, 'connection') as Promise<[Socket]>
  websocket.on('error', () => {})
  const packets: (string | Buffer)[] = []
  const waiting = new Set<() => void>()
  let isClosed = false
  const checkAll = () => {
    for (const check of [...waiting]) check()
  }
  const joined = new Promise<void>((resolve) => {
    websocket.on('message', (data, isBinary) => {
      const frame = String(data)
      if (isBinary) packets.push(data as Buffer)
      else if (frame === '2') websocket.send('3')
      else if (frame.startsWith('0')) websocket.send('40')
      else if (frame.startsWith('40{')) resolve()
      else packets.push(frame.slice(1))
      checkAll()
    })
  })
  websocket.on('close', () => {
    isClosed = true
    checkAll()
  })
  const count = (wanted: number) =>
    new Promise<number>((resolve) => {
      const check = () => {
        if (packets.length < wanted && !isClosed) return
        waiting.delete(check)
        resolve(packets.length)
      }
      waiting.add(check)
      check()
    })
  const [socket] = await arrived
  await joined
  return { socket, websocket, packets, count }
}
