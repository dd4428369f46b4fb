import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import proxyAddr from 'proxy-addr'

/** Says where a request comes from, as far as it can be believed. */
export type ClientAddress = (request: IncomingMessage) => string

/**
 * The address that budgets are kept for: the last one that no trusted proxy answers for, because what stands further
 * left in `X-Forwarded-For` anybody can write. Of IPv6 the network that a provider gives to one customer (RIPE-690): it
 * has more addresses than could ever be counted one by one.
 * Throws for a proxy that is neither an address, a network (`10.0.0.0/8`), `loopback`, `linklocal` nor `uniquelocal`.
 *
 * @example
 * const addressOf = createClientAddress(['loopback'])
 * addressOf(request) // '203.0.113.9', or '2001:db8:1:200::/56'
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const isTrusted = proxyAddr.compile([...trustedProxies])
  return (request) => networkOf(proxyAddr(request, isTrusted))
}

/** Says whether a request comes from a trusted proxy directly. Throws as `createClientAddress` does. */
export function createProxyCheck(trustedProxies: readonly string[]): (request: IncomingMessage) => boolean {
  const isTrusted = proxyAddr.compile([...trustedProxies])
  return ({ socket }) => isTrusted(socket.remoteAddress ?? '', 0)
}

function networkOf(address: string): string {
  try {
    const parsed = ipaddr.process(address)
    if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString()
    const [a = 0, b = 0, c = 0, d = 0] = parsed.parts
    return `${new ipaddr.IPv6([a, b, c, d & 0xff00, 0, 0, 0, 0])}/56`
  } catch {
    // A socket that has closed has no address any more.
    return ''
  }
}
