import { type Server as HttpServer, type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'

const isSocketPath = (url: string) => /^\/(socket\.io|io)\//.test(url)
/** Takes away what an earlier Parley, closed by now, left on a host's server to refuse its clients. */
const withdrawals = new WeakMap<HttpServer, () => void>()
const asksForWebsocket = ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket'

/**
 * Serves sockets on this server, and sees to the requests that ask to upgrade to something else, as Java's HTTP client does
 * each time (`h2c`): since somebody listens for upgrades, Node hands all of them over, and none would be answered. They are
 * answered as if they had not asked (RFC 9110, 7.8). `isOurs` says which routes of a host's server are for us; without it
 * there is no host.
 */
export function shareUpgrades<Served>(
  httpServer: HttpServer,
  serve: () => Served,
  isOurs?: (url: string) => boolean,
): Served {
  const server: AskingServer = httpServer
  withdrawals.get(server)?.()
  const theirs = server.listeners('upgrade')
  const mayUpgrade = server.shouldUpgradeCallback
  const served = serve()

  const isUpgrade = (request: IncomingMessage): boolean => {
    const url = request.url ?? '/'
    if (!isOurs || isSocketPath(url)) return asksForWebsocket(request)
    if (isOurs(url) && !asksForWebsocket(request)) return false
    const hasHostListener = server.listenerCount('upgrade') > ours.length
    return hasHostListener && (mayUpgrade?.call(server, request) ?? true)
  }
  server.shouldUpgradeCallback = isUpgrade
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (!isUpgrade(request)) answerAsRequest(server, request, socket, head)
    else if (!isOurs && !isSocketPath(request.url ?? '/')) refuseUpgrade(socket, 404, 'There is no websocket here.\n')
  })
  const ours = server.listeners('upgrade').filter((listener) => !theirs.includes(listener)) as UpgradeListener[]
  withdrawals.set(server, () => {
    for (const listener of ours) server.off('upgrade', listener)
    if (server.shouldUpgradeCallback === isUpgrade) server.shouldUpgradeCallback = mayUpgrade
  })
  return served
}

type UpgradeListener = Parameters<HttpServer['off']>[1]

/** Since Node 24.9 a server asks whether a request upgrades. */
type AskingServer = HttpServer & { shouldUpgradeCallback?: (request: IncomingMessage) => boolean }

/** For Node before 24.9: has the request read anew, without the header. */
function answerAsRequest(server: HttpServer, request: IncomingMessage, socket: Socket, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`]
  const { rawHeaders } = request
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== 'upgrade') lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`)
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
  server.emit(server instanceof TlsServer ? 'secureConnection' : 'connection', socket)
}

/** Refuses a request to upgrade as HTTP does, and closes its connection. */
export function refuseUpgrade(socket: Socket, status: 404 | 503, sentence: string, retryAfterSeconds?: number): void {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(sentence)}`,
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${retryAfterSeconds}`]),
  ]
  // Nobody else has taken the connection yet, and an error without a listener would end the process.
  socket.on('error', () => {})
  socket.write(`${lines.join('\r\n')}\r\n\r\n${sentence}`)
  socket.destroySoon()
}
