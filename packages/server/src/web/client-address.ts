import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import proxyAddr from 'proxy-addr'

/** The network address of a request's sender, for limits; '' if its connection has closed. */
export type ClientAddress = (request: IncomingMessage) => string

/**
 * Makes a function that returns the last address before the trusted proxies: entries further left in `X-Forwarded-For`
 * can be forged by any client. Without proxies it is the other end of the connection. For IPv6 it is the network of a
 * customer (/56, RIPE-690), because one customer has too many addresses to count. It is '' if the connection has closed
 * or that entry is no address. Throws for a proxy that is neither an address, a network (`10.0.0.0/8`), `loopback`,
 * `linklocal` nor `uniquelocal`.
 *
 * @example
 * const addressOf = createClientAddress(['loopback'])
 * addressOf(request) // '203.0.113.9', or '2001:db8:1:200::/56'
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const isTrusted = proxyAddr.compile([...trustedProxies])
  return (request) => networkOf(proxyAddr(request, isTrusted))
}

/**
 * Makes a function that returns true if the other end of a request's connection is a trusted proxy; false once the
 * connection has closed. Throws for proxies as `createClientAddress` does.
 */
export function createProxyCheck(trustedProxies: readonly string[]): (request: IncomingMessage) => boolean {
  const isTrusted = proxyAddr.compile([...trustedProxies])
  return ({ socket }) => isTrusted(socket.remoteAddress ?? '', 0)
}

/** Some proxies add the port: `203.0.113.9:4711`, `[2001:db8::1]:4711`. */
const portBehind = /^(?:(?<v4>[\d.]+):\d+|\[(?<v6>[^\]]+)\](?::\d+)?)$/

function networkOf(address: string): string {
  try {
    const parsed = ipaddr.process(address.replace(portBehind, '$<v4>$<v6>'))
    if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString()
    const [a = 0, b = 0, c = 0, d = 0] = parsed.parts
    return `${new ipaddr.IPv6([a, b, c, d & 0xff00, 0, 0, 0, 0])}/56`
  } catch {
    // A closed socket has no address.
    return ''
  }
}
