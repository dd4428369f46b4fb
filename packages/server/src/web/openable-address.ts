import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Addresses that stand for all of this machine: servers can listen on them, but browsers cannot open them. */
const everywhere = new Set(['0.0.0.0', '::'])

const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/**
 * Returns the `http:` URL of a server for a browser on the same machine: `localhost` if it listens on all addresses,
 * otherwise `host`.
 */
export const addressHere = (host: string, port: number): string =>
  `http://${everywhere.has(host) ? 'localhost' : hostInUrl(host)}:${port}`

/**
 * Returns the URLs for browsers on other machines, one for each IPv4 address that this machine has at the moment,
 * without loopback and link-local ones (169.254.x.x); there may be none. `url` is that of `addressHere`. Returns [] if
 * the server does not listen on all addresses (`0.0.0.0` or `::`).
 */
export function addressesForOthers(host: string, url: string): string[] {
  if (!everywhere.has(host)) return []
  return Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .filter(({ address, internal }) => !internal && isIPv4(address) && !address.startsWith('169.254.'))
    .map(({ address }) => url.replace('//localhost', `//${address}`))
}
