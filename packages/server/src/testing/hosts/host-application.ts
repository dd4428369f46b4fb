import { once } from 'node:events'
import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { Server as SocketServer } from 'socket.io'
import { io, type Socket } from 'socket.io-client'
import { WebSocket, WebSocketServer } from 'ws'

/** A host application with its own routes and sockets, on the paths that Parley uses on a server of its own. */
export interface HostApplication {
  httpServer: HttpServer
  /** Adds Socket.IO on the default path, and `ws` on `/live`; both send back what they get. */
  addSockets(): void
  /** Listens on a free port; resolves with the address. */
  listen(): Promise<string>
  /** Its answers over all transports, each over a new connection: a route, Socket.IO, `ws`, and a client of h2c. */
  answers(): Promise<Record<'route' | 'socketIo' | 'live' | 'h2c', string>>
  close(): void
}

/** The result of `answers` while Parley takes no request of the host. */
export const rightAnswers = {
  route: 'the host answers /api/v1/orders',
  socketIo: 'a word',
  live: 'a word',
  h2c: 'the host answers /api/v1/orders',
}

/** Without this, a server with websockets answers no client of h2c: Node treats each upgrade request as a websocket. */
const shouldUpgradeCallback = ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket'

/**
 * Makes a host application, which does not listen yet.
 *
 * @example
 * const host = createHostApplication()
 * host.addSockets()
 * parley.attach(host.httpServer)
 * const url = await host.listen()
 * expect(await host.answers()).toEqual(rightAnswers)
 */
export function createHostApplication(): HostApplication {
  const httpServer = createServer({ shouldUpgradeCallback }, (request, response) =>
    response.end(`the host answers ${request.url}`),
  )
  let url = ''
  return {
    httpServer,
    addSockets: () => {
      new SocketServer(httpServer).on('connection', (socket) => socket.on('echo', (word, answer) => answer(word)))
      const live = new WebSocketServer({ noServer: true })
      httpServer.on('upgrade', (request, socket, head) => {
        if (request.url !== '/live') return
        live.handleUpgrade(request, socket, head, (opened) =>
          opened.on('error', () => {}).on('message', (data) => opened.send(String(data))),
        )
      })
    },
    listen: async () => {
      await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve))
      url = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`
      return url
    },
    answers: async () => {
      const [route, socketIo, live, h2c] = await Promise.all([
        fetch(`${url}/api/v1/orders`).then((response) => response.text()),
        echoOverSocketIo(url),
        echoOverWebsocket(url),
        askByH2c(url),
      ])
      return { route, socketIo, live, h2c }
    },
    close: () => {
      httpServer.closeAllConnections()
      httpServer.close()
    },
  }
}

/** Connects a client to the host's own Socket.IO. */
export function connectToHost(url: string): Promise<Socket> {
  const socket = io(url, { forceNew: true, transports: ['websocket'], reconnection: false })
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket)).once('connect_error', reject)
  })
}

async function echoOverSocketIo(url: string): Promise<string> {
  const socket = await connectToHost(url)
  const word = await socket.emitWithAck('echo', 'a word')
  socket.disconnect()
  return word
}

async function echoOverWebsocket(url: string): Promise<string> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live`)
  await once(socket, 'open')
  socket.send('a word')
  const [word] = await once(socket, 'message')
  socket.close()
  return String(word)
}

/** Sends a request as Java's HTTP client does: it offers to switch to HTTP/2, and accepts an answer in HTTP/1.1. */
async function askByH2c(url: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const settings = 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c'
  socket.write(`GET /api/v1/orders HTTP/1.1\r\nHost: x\r\n${settings}\r\n\r\n`)
  const [heard] = await once(socket, 'data')
  socket.destroy()
  return String(heard).split('\r\n\r\n')[1] ?? ''
}
