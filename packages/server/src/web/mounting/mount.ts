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
}

interface Host {
  mounts: Set<Mount>
  leave(): void
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
  return () => {
    host.mounts.delete(added)
    if (host.mounts.size === 0) host.leave()
  }
}

type Emit = (event: string, ...given: unknown[]) => boolean

function enter(httpServer: HttpServer): Host {
  const mounts = new Set<Mount>()
  const before = Object.getOwnPropertyDescriptor(httpServer, 'emit')
  const emit = httpServer.emit.bind(httpServer) as Emit
  const dispatch: Emit = (event, ...given) => {
    if (event === 'upgrade') {
      const [request, socket, head] = given as [IncomingMessage, Socket, Buffer]
      const isTaken = takeUpgrade(httpServer, request, socket, head, findMount(mounts, request))
      return isTaken || emit(event, ...given)
    }
    if (event !== 'request' && event !== 'checkContinue' && event !== 'checkExpectation') return emit(event, ...given)
    const [request, response] = given as [IncomingMessage, ServerResponse]
    const found = findMount(mounts, request)
    if (!found) return emit(event, ...given)
    if (event === 'checkContinue') response.writeContinue()
    takeRequest(request, response, found)
    return true
  }
  httpServer.emit = dispatch
  const stopListening = listenForUpgrades(httpServer, (request) =>
    findMount(mounts, request) ? asksForWebsocket(request) : undefined,
  )
  const leave = () => {
    hosts.delete(httpServer)
    stopListening()
    if (httpServer.emit !== dispatch) return
    if (before) Object.defineProperty(httpServer, 'emit', before)
    else Reflect.deleteProperty(httpServer, 'emit')
  }
  const host = { mounts, leave }
  hosts.set(httpServer, host)
  return host
}

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
  if (!found && hasUpgradeListener(httpServer)) return false
  if (!found || !asksForWebsocket(request)) {
    answerAsRequest(httpServer, request, socket, head)
  } else if (isSocketPath(found.url)) {
    request.url = found.url
    found.own.emit('upgrade', request, socket, head)
  } else {
    refuseUpgrade(socket, 404, 'There is no websocket here.\n')
  }
  return true
}
