import type { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { addressHere } from './openable-address.ts'

/**
 * So many may knock in one moment. Beyond that the kernel lets nobody in without saying so, and they knock again after
 * one second, three, seven, …, thirty-one: of 5,000 clients that came back together the last was in after 28 s with Node's
 * 511. The kernel has its own bound beside this (`net.core.somaxconn`).
 */
const connectionsAtOnce = 8_192
const patienceMs = 2_000

/** Requests that have begun get their answer, in a time. */
export async function closeServer(httpServer: HttpServer): Promise<void> {
  const answered = new Promise((resolve) => httpServer.close(resolve))
  await Promise.race([answered, pause(patienceMs, undefined, { ref: false })])
  httpServer.closeAllConnections()
}

/** Listens, and answers with an address that a browser here can open. A server that is closed before, while its host's name is looked up, never listens. */
export function listen(httpServer: HttpServer, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    httpServer.once('error', reject)
    httpServer.once('close', () => reject(new Error('The server was closed before it listened.')))
    httpServer.listen({ port, host, backlog: connectionsAtOnce }, () => {
      const { port: chosen } = httpServer.address() as AddressInfo
      resolve(addressHere(host, chosen))
    })
  })
}
