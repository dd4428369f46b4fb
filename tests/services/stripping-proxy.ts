import { request as ask, createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A proxy before a server that does not know the path below which the proxy shows it. */
export interface StrippingProxy {
  /** The address of the server at the proxy, without a slash at the end. */
  url: string
  /** The paths of all requests outside of the path, in order. */
  strays: string[]
  close(): Promise<void>
}

/**
 * Starts a proxy that removes `path` from each request below it, websockets too, and keeps `Host`, as nginx does with
 * `location /chat/ { proxy_pass http://node/; }`. `page` answers `/`; all else outside of the path is not found.
 */
export async function startStrippingProxy(path: string, target: string, page = ''): Promise<StrippingProxy> {
  const strays: string[] = []
  const { hostname, port } = new URL(target)
  const below = (url = '') => (url.startsWith(`${path}/`) ? url.slice(path.length) : undefined)
  const forward = ({ method, headers }: IncomingMessage, at: string) =>
    ask({ hostname, port, method, path: at, headers, agent: false })

  const server = createServer((request, response) => {
    const at = below(request.url)
    if (at === undefined) {
      if (request.url === '/') return response.writeHead(200, { 'Content-Type': 'text/html' }).end(page)
      strays.push(request.url ?? '')
      return response.writeHead(404).end()
    }
    const asked = forward(request, at)
    asked.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    asked.on('error', () => response.destroy())
    response.on('close', () => asked.destroy())
    request.pipe(asked)
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const at = below(request.url)
    if (at === undefined) {
      strays.push(request.url ?? '')
      return socket.destroy()
    }
    const asked = forward(request, at).end()
    asked.on('error', () => socket.destroy())
    asked.on('response', () => socket.destroy())
    asked.on('upgrade', ({ rawHeaders }, own, first) => {
      own.on('error', () => own.destroy())
      const lines = rawHeaders.flatMap((name, index) => (index % 2 ? [] : `${name}: ${rawHeaders[index + 1]}`))
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
      own.write(head)
      socket.write(first)
      own.pipe(socket).pipe(own)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    strays,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
