import { WebSocket } from 'ws'

/** A bare websocket to Engine.IO, without the manners of any client. */
export interface RawSocket {
  socket: WebSocket
  /** Every frame so far. */
  frames: readonly string[]
  /** The next frame that begins so, past or future; 'closed' if the connection ends first. */
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
  const looks = new Set<() => void>()
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  let isClosed = false
  const look = () => {
    for (const each of [...looks]) each()
  }
  socket.on('message', (data) => {
    frames.push(String(data))
    look()
  })
  socket.on('close', () => {
    isClosed = true
    look()
    resolve()
  })
  socket.on('error', () => {})
  const next = (prefix: string) =>
    new Promise<string>((found) => {
      const each = () => {
        const frame = frames.find((one) => one.startsWith(prefix)) ?? (isClosed ? 'closed' : undefined)
        if (frame === undefined) return
        looks.delete(each)
        found(frame)
      }
      looks.add(each)
      each()
    })
  return { socket, frames, next, closed }
}
