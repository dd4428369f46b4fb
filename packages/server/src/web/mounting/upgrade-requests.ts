import { type Server as HttpServer, type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'

export const asksForWebsocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket'

/** Since Node 24.9 a server asks whether a request upgrades; before that, each does where somebody listens. */
type AskingServer = HttpServer & { shouldUpgradeCallback?: (request: IncomingMessage) => boolean }

/** Listeners of ours that take nothing: for them Node hands over requests to upgrade. */
const placeholders = new WeakSet<object>()

/** Does anybody but us listen for upgrades on this server? */
export const hasUpgradeListener = (server: HttpServer): boolean =>
  server.listeners('upgrade').some((listener) => !placeholders.has(listener))

/**
 * Makes Node hand over requests to upgrade. It hands over all, also those to something else than a websocket, as Java's HTTP
 * client sends them each time (`h2c`): those go on as if they had not asked (RFC 9110, 7.8). `isOurUpgrade` says of a
 * request for us whether it upgrades, and nothing of others. Returns the way back.
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

/** For Node before 24.9: has the request read anew, without the header. */
export function answerAsRequest(server: HttpServer, request: IncomingMessage, socket: Socket, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`]
  const { rawHeaders } = request
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== 'upgrade') lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`)
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
  server.emit(server instanceof TlsServer ? 'secureConnection' : 'connection', socket)
}

/** Refuses a request to upgrade as HTTP does, and closes its connection. */
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
