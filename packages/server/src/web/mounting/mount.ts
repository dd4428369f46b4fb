import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import {
  answerAsRequest,
  asksForWebsocket,
  hasUpgradeListener,
  listenForUpgrades,
  refuseUpgrade,
} from './upgrade-requests.ts'
import { urlBelow } from './url-below.ts'

/** Where the sockets are, below the base path. */
const isSocketPath = (url: string) => /^\/(socket\.io|io)\//.test(url)

/** A Parley server below a path of an HTTP server. */
export interface Mount {
  /** Without a slash at its end; '' where Parley has no path of its own. */
  basePath: string
  /** Takes what is for Parley, with the URL that it has below the base path. It does not listen itself. */
  own: HttpServer
  /** Says of a URL below the base path whether it is for us; sockets are. */
  isOurs(url: string): boolean
  /** Ends the sockets: a server that closes waits for them, and they would stay. Rejects never. */
  hostCloses(): Promise<void>
}

interface Host {
  mounts: Set<Mount>
  remove(mounted: Mount): void
}

const hosts = new WeakMap<HttpServer, Host>()

/**
 * Hands requests and websockets that are Parley's to Parley. All others stay with the listeners of the host, which hear
 * nothing of ours: a websocket server of the host would refuse what it does not know. The server's `emit` decides that, so
 * that it makes no difference which listeners were there first. Returns the way back; throws if the path is taken.
 */
export function mount(httpServer: HttpServer, added: Mount): () => void {
  const host = hosts.get(httpServer) ?? enter(httpServer)
  const { basePath } = added
  if ([...host.mounts].some((mounted) => mounted.basePath === basePath)) {
    throw new Error(
      `A Parley server is attached to this HTTP server at ${basePath || '/'}: give this one another basePath.`,
    )
  }
  host.mounts.add(added)
  return () => host.remove(added)
}

/** Puts a method of ours in the place of a server's. Returns the way back, which leaves what others have put there since. */
function replaceMethod<N extends 'emit' | 'close'>(server: HttpServer, name: N, method: HttpServer[N]): () => void {
  const before = Object.getOwnPropertyDescriptor(server, name)
  server[name] = method
  return () => {
    if (server[name] !== method) return
    if (before) Object.defineProperty(server, name, before)
    else Reflect.deleteProperty(server, name)
  }
}

type Emit = (event: string, ...given: unknown[]) => boolean

function enter(httpServer: HttpServer): Host {
  const mounts = new Set<Mount>()
  const close = httpServer.close.bind(httpServer)
  const wayBack = [
    replaceMethod(httpServer, 'emit', createDispatch(httpServer, mounts)),
    replaceMethod(httpServer, 'close', (closed) => {
      if (httpServer.listening) for (const mounted of mounts) void mounted.hostCloses().then(() => remove(mounted))
      return close(closed)
    }),
    listenForUpgrades(httpServer, (request) => (findMount(mounts, request) ? asksForWebsocket(request) : undefined)),
  ]
  const remove = (mounted: Mount) => {
    if (!mounts.delete(mounted) || mounts.size > 0) return
    hosts.delete(httpServer)
    for (const restore of wayBack) restore()
  }
  const host = { mounts, remove }
  hosts.set(httpServer, host)
  return host
}

/** The server's `emit`, which gives Parley what is Parley's. */
function createDispatch(httpServer: HttpServer, mounts: ReadonlySet<Mount>): Emit {
  const emit = httpServer.emit.bind(httpServer) as Emit
  return (event, ...given) => {
    if (event === 'upgrade') {
      const [request, socket, head] = given as [IncomingMessage, Socket, Buffer]
      const isTaken = takeUpgrade(httpServer, request, socket, head, findMount(mounts, request))
      return isTaken || emit(event, ...given)
    }
    if (event !== 'request' && event !== 'checkContinue' && event !== 'checkExpectation') return emit(event, ...given)
    const [request, response] = given as [IncomingMessage, ServerResponse]
    const found = findMount(mounts, request)
    if (!found) return emit(event, ...given)
    if (hasSeveralHosts(request)) {
      response.writeHead(400, { Connection: 'close', 'Content-Type': 'text/plain' }).end(severalHosts)
      return true
    }
    if (event === 'checkContinue') response.writeContinue()
    takeRequest(request, response, found)
    return true
  }
}

/** Node takes the first and a proxy perhaps the last, so that one of them checks a host that the other does not serve. */
const hasSeveralHosts = ({ rawHeaders }: IncomingMessage): boolean =>
  rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === 'host').length > 1

const severalHosts = 'A request has one Host header.\n'

interface Found extends Mount {
  /** The URL as Parley knows it. */
  url: string
}

function findMount(mounts: ReadonlySet<Mount>, { url = '/' }: IncomingMessage): Found | undefined {
  for (const mounted of mounts) {
    const below = urlBelow(mounted.basePath, url)
    if (below !== undefined && (isSocketPath(below) || mounted.isOurs(below))) return { ...mounted, url: below }
  }
  return undefined
}

function takeRequest(request: IncomingMessage, response: ServerResponse, { basePath, own, url }: Found): void {
  if (request.url === basePath) {
    response.writeHead(308, { Location: `${basePath}/`, 'Content-Length': 0 }).end()
    return
  }
  request.url = url
  own.emit('request', request, response)
}

/** Says whether an upgrade is done with: one of the host's own is not, if the host has listeners for it. */
function takeUpgrade(
  httpServer: HttpServer,
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  found: Found | undefined,
): boolean {
  if (found ? !asksForWebsocket(request) : !hasUpgradeListener(httpServer)) {
    answerAsRequest(httpServer, request, socket, head)
    return true
  }
  // Node leaves the connection to its listeners. Before one of them has taken it, a broken one would end the process.
  socket.on('error', () => {})
  if (!found) return false
  if (hasSeveralHosts(request)) refuseUpgrade(socket, 400, severalHosts)
  else if (isSocketPath(found.url)) {
    request.url = found.url
    found.own.emit('upgrade', request, socket, head)
  } else {
    refuseUpgrade(socket, 404, 'There is no websocket here.\n')
  }
  return true
}
