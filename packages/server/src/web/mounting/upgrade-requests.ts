import { type Server as HttpServer, type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'

/** True if the header `Upgrade` is `websocket` alone, in capitals or not; false for a list with it. */
export const asksForWebsocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket'

/** Since Node 24.9 this callback decides whether a request upgrades; before, all did if `upgrade` had a listener. */
type AskingServer = HttpServer & { shouldUpgradeCallback?: (request: IncomingMessage) => boolean }

/** Our listeners that do nothing: Node emits `upgrade` only if there is a listener. */
const placeholders = new WeakSet<object>()

/**
 * True if the host listens for upgrades on this server now. The listeners that `listenForUpgrades` adds do not count.
 */
export const hasUpgradeListener = (server: HttpServer): boolean =>
  server.listeners('upgrade').some((listener) => !placeholders.has(listener))

/**
 * Makes Node emit `upgrade` for requests of which `isOurUpgrade` returns true, and serve those with false as ordinary
 * requests (RFC 9110, 7.8): Java's HTTP client asks for `h2c` each time. If it returns undefined, the host decides, by
 * its listener and `shouldUpgradeCallback`. Before Node 24.9 all requests upgrade (see `answerAsRequest`). Returns a
 * function that undoes it; that keeps a callback that other code has set since.
 */
export function listenForUpgrades(
  host: HttpServer,
  isOurUpgrade: (request: IncomingMessage) => boolean | undefined,
): () => void {
  const server: AskingServer = host
  const mayUpgrade = server.shouldUpgradeCallback
  const placeholder = () => {}
  placeholders.add(placeholder)
  server.on('upgrade', placeholder)
  const shouldUpgrade = (request: IncomingMessage): boolean =>
    isOurUpgrade(request) ?? (hasUpgradeListener(server) && (mayUpgrade?.call(server, request) ?? true))
  server.shouldUpgradeCallback = shouldUpgrade
  return () => {
    server.off('upgrade', placeholder)
    if (server.shouldUpgradeCallback === shouldUpgrade) server.shouldUpgradeCallback = mayUpgrade
  }
}

/**
 * Passes the request to the server again as a new connection on this socket, without the header `Upgrade`. Do not use
 * the socket or `head` afterwards. It is for Node before 24.9, which emits `upgrade` for every request that asks for
 * one.
 */
export function answerAsRequest(server: HttpServer, request: IncomingMessage, socket: Socket, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`]
  const { rawHeaders } = request
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== 'upgrade') lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`)
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
  server.emit(server instanceof TlsServer ? 'secureConnection' : 'connection', socket)
}

/**
 * Answers an upgrade with an HTTP error, whose body is `sentence`, and closes the connection once this is written.
 * `retryAfterSeconds` becomes the header `Retry-After`.
 */
export function refuseUpgrade(
  socket: Socket,
  status: 400 | 404 | 503,
  sentence: string,
  retryAfterSeconds?: number,
): void {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(sentence)}`,
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${retryAfterSeconds}`]),
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n${sentence}`)
  socket.destroySoon()
}
