import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Every address of this machine: what a server listens on, and no browser opens. */
const everywhere = new Set(['0.0.0.0', '::'])

const written = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/** The address of a server for a browser on the same machine. */
export const addressHere = (host: string, port: number): string =>
  `http://${everywhere.has(host) ? 'localhost' : written(host)}:${port}`

/** The same for browsers of the network, where it listens to them. */
export function addressesForOthers(host: string, url: string): string[] {
  if (!everywhere.has(host)) return []
  return Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .filter(({ address, internal }) => !internal && isIPv4(address) && !address.startsWith('169.254.'))
    .map(({ address }) => url.replace('//localhost', `//${address}`))
}
