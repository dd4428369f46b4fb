import type { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { addressHere } from './openable-address.ts'

/**
 * The backlog of connections that wait to be accepted; the kernel also limits it (`net.core.somaxconn`), and silently
 * drops further ones. Clients retry after 1, 3, 7, … 31 seconds: with Node's default of 511 the last of 5,000 clients
 * that reconnected together took 28 s.
 */
const connectionsAtOnce = 8_192
const patienceMs = 2_000

/**
 * Stops listening and closes idle connections. Waits up to two seconds until all others have ended, and then closes
 * those that are left, except upgraded ones: open websockets make it wait the two seconds, and stay open. Never
 * rejects, also if the server does not listen.
 */
export async function closeServer(httpServer: HttpServer): Promise<void> {
  const answered = new Promise((resolve) => httpServer.close(resolve))
  await Promise.race([answered, pause(patienceMs, undefined, { ref: false })])
  httpServer.closeAllConnections()
}

interface Listening {
  port: number
  host: string
  failed(error: Error): void
}

/**
 * Listens, and resolves with a URL that a browser on this machine can open, with the port that the system chose if
 * `port` is 0. Rejects if the server cannot listen, or is closed before it does, for example while the name of `host`
 * is looked up. From then on it calls `failed` with each error of the server, such as a connection that could not be
 * accepted because too many files are open. Without a listener, such an error would end the process.
 */
export function listen(httpServer: HttpServer, { port, host, failed }: Listening): Promise<string> {
  return new Promise((resolve, reject) => {
    httpServer.once('error', reject)
    httpServer.once('close', () => reject(new Error('The server was closed before it listened.')))
    httpServer.listen({ port, host, backlog: connectionsAtOnce }, () => {
      httpServer.off('error', reject).on('error', failed)
      const { port: chosen } = httpServer.address() as AddressInfo
      resolve(addressHere(host, chosen))
    })
  })
}
