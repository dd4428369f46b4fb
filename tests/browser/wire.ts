import type { Page } from 'playwright-core'

/** What a page asks the server, which a test can hold back or refuse. */
export interface Wire {
  /** Holds back these operations until the returned `release`. `held` is their number so far. */
  hold(operation: string): { held(): number; release(): void }
  /** Refuses what the page asks, if this returns true for the packet, until the returned function is called. */
  refuse(isRefused: (packet: string) => boolean): () => void
}

/**
 * Taps the connections that the page opens from now on, so that a test can hold back or refuse its packets. A page that
 * is open already must be loaded again.
 */
export async function tapWire(page: Page): Promise<Wire> {
  let holding: { operation: string; packets: (() => void)[] } | undefined
  let refused: (packet: string) => boolean = () => false
  await page.routeWebSocket(/socket\.io/, (line) => {
    const server = line.connectToServer()
    line.onMessage((given) => {
      const packet = String(given)
      const [, place] = packet.match(/^42\/v1,(\d+)\[/) ?? []
      if (place !== undefined && refused(packet)) {
        const error = { code: 'forbidden', message: 'Your role does not allow this.', requestId: 'test' }
        line.send(`43/v1,${place}${JSON.stringify([{ ok: false, error }])}`)
      } else if (holding && packet.includes(`["${holding.operation}"`)) holding.packets.push(() => server.send(given))
      else server.send(given)
    })
  })
  return {
    hold(operation) {
      const own = { operation, packets: [] as (() => void)[] }
      holding = own
      return {
        held: () => own.packets.length,
        release() {
          if (holding === own) holding = undefined
          for (const send of own.packets.splice(0)) send()
        },
      }
    },
    refuse(isRefused) {
      refused = isRefused
      return () => {
        refused = () => false
      }
    },
  }
}
