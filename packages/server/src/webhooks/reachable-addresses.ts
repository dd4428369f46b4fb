import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import proxyAddr from 'proxy-addr'

/** Whether requests of the server may be sent to this address. */
export type MayReach = (address: string) => boolean

/** Thrown for a host whose address or addresses requests may not go to. */
export class UnreachableAddress extends Error {}

/**
 * Makes a check that is true for public addresses and for the networks that the operator names: addresses, networks
 * (`10.0.0.0/8`), `loopback`, `linklocal` or `uniquelocal`; false for all others, through which an endpoint could make
 * the server call services behind the operator's firewall or on this machine. Throws for a text that is no network.
 *
 * @example createMayReach(['10.1.0.0/16'])('10.2.0.1') // false
 */
export function createMayReach(networks: readonly string[]): MayReach {
  const isNamed = proxyAddr.compile([...networks])
  return (address) => isPublic(address) || isNamed(address, 0)
}

/** Public IPv6 addresses begin with the bits 001; others belong to private networks or contain an IPv4 address. */
const isGlobal = ({ parts: [first = 0] }: ipaddr.IPv6) => first >>> 13 === 1

function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  // An IPv4 address in the form of IPv6 is checked as IPv4.
  const parsed = ipaddr.process(address)
  return parsed.range() === 'unicast' && (parsed instanceof ipaddr.IPv4 || isGlobal(parsed))
}

type Resolve = (
  host: string,
  options: LookupAllOptions,
  answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * A `lookup` for connections that returns only allowed addresses of a name; without any it fails with
 * UnreachableAddress, and for a name that cannot be resolved with the error of `resolve`. The connection uses exactly
 * these addresses, so a name that resolves differently a moment later (DNS rebinding) has no effect.
 */
export const guardedLookup =
  (mayReach: MayReach, resolve: Resolve = lookup): LookupFunction =>
  (host, options, answer) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) return answer(error, [])
      const reachable = addresses.filter(({ address }) => mayReach(address))
      const [first] = reachable
      if (!first) return answer(new UnreachableAddress(refusal(host)), [])
      if (options.all) answer(null, reachable)
      else answer(null, first.address, first.family)
    })
  }

/** Throws UnreachableAddress for a host that is a forbidden address. Addresses are never looked up; names pass here. */
export function assertReachable(host: string, mayReach: MayReach): void {
  const address = host.replace(/^\[|\]$/g, '')
  if (ipaddr.isValid(address) && !mayReach(address)) throw new UnreachableAddress(refusal(host))
}

const refusal = (host: string) => `${host} is in a network that webhooks may not reach (WEBHOOK_NETWORKS)`
