import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ClientAddress } from '../../web/client-address.ts'
import { createAddressShares } from './address-shares.ts'
import { addPlace, goodbyeMs, type Visitor } from './visitor.ts'

/** Many users share an address behind a proxy or a gateway, but each of them is anonymous for a moment only. */
const most = { ofOneAddress: 200, inAll: 8_000 }

interface AnonymousPlacesOptions {
  clientAddress: ClientAddress
  /** If false, one address may take all places. */
  limitsByAddress: boolean
  authenticateMs: number
  /** Called when the time of this visitor to authenticate has run out. */
  late(visitor: Visitor): void
}

/** The place of a request that begins a connection; `visitor` is set once the connection exists. */
export interface Beginning {
  visitor?: Visitor
  /** Gives the place back; a second call does nothing. */
  release(): void
}

export interface AnonymousPlaces {
  /** How many places are taken. */
  count(): number
  /** Takes a place for the request of a websocket, perhaps beside the session of `existing`; false if none is left. */
  takeForWebsocket(request: IncomingMessage, existing: Visitor | undefined): boolean
  /** Takes a place for a request that begins long polling; false if none is left. */
  takeForPolling(request: IncomingMessage, response: ServerResponse): boolean
  /** The place that this request took; undefined once it is released. */
  beginningOf(request: IncomingMessage): Beginning | undefined
}

/**
 * The places of anonymous connections: 8,000, of which an address may take 200, or all if `limitsByAddress` is false. A
 * websocket keeps its place from its request to the end of its TCP connection, a session of long polling as long as it
 * lasts; both give it back when they authenticate. After `authenticateMs`, `late` is called for the visitor, if there
 * is one, and a second later the connection is cut.
 */
export function createAnonymousPlaces(options: AnonymousPlacesOptions): AnonymousPlaces {
  const { clientAddress, limitsByAddress, authenticateMs, late } = options
  const shares = createAddressShares(limitsByAddress ? most : { ...most, ofOneAddress: most.inAll })
  const beginnings = new WeakMap<IncomingMessage, Beginning>()

  /**
   * Takes a place, and returns the function that gives it back. `cut` ends the connection that keeps it for too long.
   */
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
      // The request lives as long as its connection, and would keep these objects in memory.
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
      // A websocket beside an existing session belongs to the session only once it replaces the old transport.
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
      // Engine.IO may still refuse the request, and no visitor comes of it.
      response.once('close', () => {
        if (!beginnings.get(request)?.visitor) release()
      })
      return true
    },
  }
}
