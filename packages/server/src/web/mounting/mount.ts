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

/** The paths of sockets, below the base path. */
const isSocketPath = (url: string) => /^\/(socket\.io|io)\//.test(url)

/** A Parley server below a path of an HTTP server. */
export interface Mount {
  /** Without a slash at its end; '' if Parley shares the root with the host. */
  basePath: string
  /** Gets Parley's requests as events, with URLs relative to the base path. It does not listen itself. */
  own: HttpServer
  /** Whether a URL, relative to the base path, is Parley's. Not called for sockets, which always are. */
  isOurs(url: string): boolean
  /** Paths, relative to the base path, below which no other Parley server can be mounted; [''] for everything. */
  claims: readonly string[]
  /** Ends the sockets when the host closes its server, which otherwise waits for them for ever. Never rejects. */
  hostCloses(): Promise<void>
}

interface Host {
  mounts: Set<Mount>
  remove(mounted: Mount): void
}

const hosts = new WeakMap<HttpServer, Host>()

/**
 * Passes requests and websockets for Parley to `added.own`, with URLs relative to the base path; the host's listeners
 * get all others, but not Parley's: a websocket server of the host would refuse those. Replaces the server's `emit` and
 * `close`, so that the order of listeners does not matter. `close` of a listening server also ends Parley's sockets and
 * then undoes the mount. Returns a function that undoes it; a second call does nothing. Throws an Error if another
 * Parley server uses paths of this one.
 */
export function mount(httpServer: HttpServer, added: Mount): () => void {
  const host = hosts.get(httpServer) ?? enter(httpServer)
  const other = [...host.mounts].find((mounted) => overlap(mounted, added))
  if (other) {
    throw new Error(
      `A Parley server is attached to this HTTP server at ${nameOf(other)}, and uses paths of one at ${nameOf(added)}: ` +
        'give this one a basePath apart from it, such as /second-chat.',
    )
  }
  host.mounts.add(added)
  return () => host.remove(added)
}

const nameOf = ({ basePath }: Mount): string => basePath || '/'

/** Everything below these paths is for one Parley server alone. */
const claimedBy = ({ basePath, claims }: Mount): string[] =>
  [...claims, '/socket.io', '/io'].map((path) => basePath + path)

const isAtOrBelow = (path: string, above: string): boolean => path === above || path.startsWith(`${above}/`)

const overlap = (one: Mount, other: Mount): boolean =>
  claimedBy(one).some((path) =>
    claimedBy(other).some((theirs) => isAtOrBelow(path, theirs) || isAtOrBelow(theirs, path)),
  )

/** Replaces a method of a server. Returns a function that restores it, unless other code has replaced it since. */
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
  const restores = [
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
    for (const restore of restores) restore()
  }
  const host = { mounts, remove }
  hosts.set(httpServer, host)
  return host
}

/** A replacement for the server's `emit`, which passes requests for Parley on. */
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

/** With several Host headers, Node and a proxy may use different ones, and so get around each other's checks. */
const hasSeveralHosts = ({ rawHeaders }: IncomingMessage): boolean =>
  rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === 'host').length > 1

const severalHosts = 'A request must have one Host header.\n'

interface Found extends Mount {
  /** The URL relative to the base path. */
  url: string
}

function findMount(mounts: ReadonlySet<Mount>, { url = '/' }: IncomingMessage): Found | undefined {
  for (const mounted of mounts) {
    const below = urlBelow(mounted.basePath, url)
    if (below !== undefined && (isSocketPath(below) || mounted.isOurs(below))) return { ...mounted, url: below }
  }
  return undefined
}

/** Relative to the path without the slash, because the server does not know below which path a proxy has put it. */
const folderOf = (basePath: string): string => `${basePath.slice(basePath.lastIndexOf('/') + 1)}/`

function takeRequest(request: IncomingMessage, response: ServerResponse, { basePath, own, url }: Found): void {
  const rest = (request.url ?? '').slice(basePath.length)
  if (rest === '' || rest.startsWith('?')) {
    response.writeHead(308, { Location: folderOf(basePath) + rest, 'Content-Length': 0 }).end()
    return
  }
  request.url = url
  own.emit('request', request, response)
}

/** Handles an upgrade; returns false if it is the host's, which then gets the event. */
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
  // Node removes its own error handler. Without one, a connection that breaks before a listener takes it would end the
  // process.
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
