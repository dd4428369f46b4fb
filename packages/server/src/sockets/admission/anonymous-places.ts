import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ClientAddress } from '../../web/client-address.ts'
import { createAddressShares } from './address-shares.ts'
import { addPlace, goodbyeMs, type Visitor } from './visitor.ts'

/** Many people share an address behind a proxy or a gateway, but each of them is anonymous for a moment only. */
const most = { ofOneAddress: 200, inAll: 8_000 }

interface AnonymousPlacesOptions {
  clientAddress: ClientAddress
  /** Without it, one address may have all there is. */
  limitsByAddress: boolean
  authenticateMs: number
  /** The time of this visitor to authenticate has run out. */
  late(visitor: Visitor): void
}

/** The request that began a connection, which is there earlier than the connection. */
export interface Beginning {
  visitor?: Visitor
  release(): void
}

export interface AnonymousPlaces {
  count(): number
  /** Takes a place for a request to open a websocket, perhaps beside the session of `existing`; false if none is left. */
  takeForWebsocket(request: IncomingMessage, existing: Visitor | undefined): boolean
  /** Takes a place for a request that begins long polling; false if none is left. */
  takeForPolling(request: IncomingMessage, response: ServerResponse): boolean
  beginningOf(request: IncomingMessage): Beginning | undefined
}

/**
 * Places of anonymous connections, by address and in all. A websocket takes its place from the request until its TCP
 * connection has ended, a session of long polling as long as it lasts.
 */
export function createAnonymousPlaces(options: AnonymousPlacesOptions): AnonymousPlaces {
  const { clientAddress, limitsByAddress, authenticateMs, late } = options
  const shares = createAddressShares(limitsByAddress ? most : { ...most, ofOneAddress: most.inAll })
  const beginnings = new WeakMap<IncomingMessage, Beginning>()

  /** Gives back its place by itself when nothing else does; `cut` ends what took it. */
  const take = (request: IncomingMessage, cut: (visitor: Visitor | undefined) => void): (() => void) | undefined => {
    const giveBack = shares.take(clientAddress(request))
    if (!giveBack) return undefined
    const expire = () => {
      const { visitor } = beginnings.get(request) ?? {}
      if (visitor) late(visitor)
      setTimeout(() => cut(visitor), goodbyeMs).unref()
    }
    const timer = setTimeout(expire, authenticateMs).unref()
    const release = () => {
      clearTimeout(timer)
      giveBack()
      // The request lives as long as its connection, and would keep all of this as long.
      beginnings.delete(request)
      request.socket.off('close', release)
    }
    beginnings.set(request, { release })
    return release
  }

  return {
    count: shares.count,
    beginningOf: (request) => beginnings.get(request),
    takeForWebsocket: (request, existing) => {
      const { socket } = request
      const release = take(request, () => socket.destroy())
      if (!release) return false
      // Beside an existing session it is that session's only once it takes over.
      if (existing) {
        addPlace(existing, release)
        socket.once('close', () => existing.places?.delete(release))
      }
      socket.once('close', release)
      return true
    },
    takeForPolling: (request, response) => {
      const release = take(request, (visitor) => visitor?.connection.close(true))
      if (!release) return false
      // Engine.IO may refuse it yet.
      response.once('close', () => {
        if (!beginnings.get(request)?.visitor) release()
      })
      return true
    },
  }
}
