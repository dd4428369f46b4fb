import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import proxyAddr from 'proxy-addr'

/** Says where a request comes from, as far as it can be believed. */
export type ClientAddress = (request: IncomingMessage) => string

/**
 * The address that budgets are kept for: the last one that no trusted proxy answers for, because what stands further
 * left in `X-Forwarded-For` anybody can write. Of IPv6 the network: one household has 2^64 addresses in it.
 * Throws for a proxy that is neither an address, a network (`10.0.0.0/8`), `loopback`, `linklocal` nor `uniquelocal`.
 *
 * @example
 * const addressOf = createClientAddress(['loopback'])
 * addressOf(request) // '203.0.113.9', or '2001:db8:1:2::/64'
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const isTrusted = proxyAddr.compile([...trustedProxies])
  return (request) => networkOf(proxyAddr(request, isTrusted))
}

function networkOf(address: string): string {
  try {
    const parsed = ipaddr.process(address)
    if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString()
    return `${new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0])}/64`
  } catch {
    // A socket that has closed has no address any more.
    return ''
  }
}
