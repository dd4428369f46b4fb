import { WebSocket } from 'ws'

/** A websocket to Engine.IO without a client: it answers no pings by itself. */
export interface RawSocket {
  socket: WebSocket
  /** Every frame so far. */
  frames: readonly string[]
  /** The first frame that begins so, past or future; 'closed' if the connection ends first. */
  next(prefix: string): Promise<string>
  /** Resolves when the connection has ended. */
  closed: Promise<void>
}

interface Dialing {
  path?: string
  /** What follows the transport in the query. */
  query?: string
  headers?: Record<string, string>
}

/**
 * Opens a websocket to Engine.IO, which answers with a frame that begins with `0`.
 *
 * @example
 * const { socket, next } = dialRaw(server.url)
 * await next('0')
 * socket.send('40/v1,{}')
 * expect(await next('44/v1,')).toContain('unauthenticated')
 */
export function dialRaw(url: string, { path = '/socket.io', query = '', headers = {} }: Dialing = {}): RawSocket {
  const address = `${url.replace('http', 'ws')}${path}/?EIO=4&transport=websocket${query}`
  const socket = new WebSocket(address, { headers })
  const frames: string[] = []
  const waiting = new Set<() => void>()
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  let isClosed = false
  const checkAll = () => {
    for (const check of [...waiting]) check()
  }
  socket.on('message', (data) => {
    frames.push(String(data))
    checkAll()
  })
  socket.on('close', () => {
    isClosed = true
    checkAll()
    resolve()
  })
  socket.on('error', () => {})
  const next = (prefix: string) =>
    new Promise<string>((found) => {
      const check = () => {
        const frame = frames.find((one) => one.startsWith(prefix)) ?? (isClosed ? 'closed' : undefined)
        if (frame === undefined) return
        waiting.delete(check)
        found(frame)
      }
      waiting.add(check)
      check()
    })
  return { socket, frames, next, closed }
}
