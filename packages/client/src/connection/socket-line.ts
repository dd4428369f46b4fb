import type { ErrorCode, EventName, Input, Output, Payload, Reply, WireError } from '@parley/protocol'
import { PROTOCOL_VERSION } from '@parley/protocol/version'
import { io, type Socket } from 'socket.io-client'
import type { CallName } from '../chat.ts'
import { ChatError, chatErrorFrom, isErrorCode } from '../chat-error.ts'
import { endpointsOf } from './endpoints.ts'

export interface LineOptions {
  url: string
  token: string | undefined
  /** How this program names itself. */
  client: string
  /** Milliseconds to wait for the connection, and for each answer. */
  timeoutMs: number
}

/** One event as it came. */
export type Arrival = { [N in EventName]: { name: N; payload: Payload<N> } }[EventName]

/** One connection, from its handshake until it is lost; the next one is a new line. */
export interface Line {
  call<N extends CallName>(name: N, input: Input<N>, signal?: AbortSignal): Promise<Output<N>>
  /** Resolves with the reason once the line is gone. */
  readonly ended: Promise<ChatError>
  drop(): void
}

/** Opens a line, or rejects with the server's refusal or `disconnected`. `hear` gets every event from the start. */
export type OpenLine = (options: LineOptions, hear: (arrival: Arrival) => void, signal: AbortSignal) => Promise<Line>

/** Opens a line over Socket.IO. */
export const openLine: OpenLine = (options, hear, signal) => {
  const { origin, socketPath } = endpointsOf(options.url)
  const socket: Socket = io(`${origin}/v1`, {
    path: socketPath,
    transports: ['websocket'],
    auth: { token: options.token, protocol: PROTOCOL_VERSION, client: options.client },
    // Each line has a token of its own and its own place in our backoff, so the library's reconnection stays off.
    reconnection: false,
    forceNew: true,
    timeout: options.timeoutMs,
  })
  // Payloads of events are cast here, and nowhere else, without validation.
  socket.onAny((name, payload) => hear({ name, payload } as Arrival))
  const ended = new Promise<ChatError>((end) => {
    socket.once('disconnect', (reason) => end(lost(`The connection ended (${reason}).`)))
  })
  return new Promise((resolve, reject) => {
    // Socket.IO's own limit ends with the transport; the server's word to let us in may still fail to come.
    const late = setTimeout(() => fail(lost('The server did not let us in in time.')), options.timeoutMs)
    const settle = () => {
      clearTimeout(late)
      signal.removeEventListener('abort', abort)
    }
    const fail = (error: ChatError) => {
      settle()
      socket.disconnect()
      reject(error)
    }
    const abort = () => fail(new ChatError('closed', 'This client was closed.'))
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    socket.once('connect_error', (error) => fail(refusalFrom(error)))
    void ended.then(fail)
    socket.once('connect', () => {
      settle()
      resolve(lineOver(socket, ended, options.timeoutMs))
    })
  })
}

const lost = (sentence: string) => new ChatError('disconnected', sentence)

function lineOver(socket: Socket, ended: Promise<ChatError>, timeoutMs: number): Line {
  return {
    ended,
    drop: () => void socket.disconnect(),
    call: (name, input, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        // Socket.IO would keep it for a later connection, which this socket never has.
        if (!socket.connected) return reject(lost('There is no connection.'))
        const abort = () => reject(signal?.reason)
        signal?.addEventListener('abort', abort, { once: true })
        socket.timeout(timeoutMs).emit(name, input, (missing: Error | null, reply: Reply<Output<typeof name>>) => {
          signal?.removeEventListener('abort', abort)
          if (missing) reject(socket.connected ? late(name) : lost('The connection was lost before the answer.'))
          else if (reply.ok) resolve(reply.data)
          else reject(chatErrorFrom(reply.error))
        })
      }),
  }
}

const late = (name: string) => new ChatError('timed_out', `${name} was not answered in time.`)

/** A refused handshake carries the catalogue's error; anything else means that nobody was reached. */
function refusalFrom(error: Error): ChatError {
  const data: unknown = 'data' in error ? error.data : undefined
  return isWireError(data) ? chatErrorFrom(data) : lost(`The server cannot be reached (${error.message}).`)
}

function isWireError(data: unknown): data is WireError & { code: ErrorCode } {
  return typeof data === 'object' && data !== null && 'code' in data && isErrorCode(data.code)
}
