import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import proxyAddr from 'proxy-addr'

/** May a request of the server's own go to this address? */
export type MayReach = (address: string) => boolean

/** An address that requests may not go to. */
export class UnreachableAddress extends Error {}

/**
 * Lets requests go to addresses of the internet alone, and to the networks that the operator names: addresses, networks
 * (`10.0.0.0/8`), `loopback`, `linklocal` or `uniquelocal`. What is behind the operator's firewall, or on this very machine,
 * answers to nobody else's words. Throws for what is no network.
 *
 * @example createMayReach(['10.1.0.0/16'])('10.2.0.1') // false
 */
export function createMayReach(networks: readonly string[]): MayReach {
  const isNamed = proxyAddr.compile([...networks])
  return (address) => isOfInternet(address) || isNamed(address, 0)
}

/** The global addresses of IPv6 begin with these three bits; all others are of some network, or carry one of IPv4. */
const isGlobal = ({ parts: [first = 0] }: ipaddr.IPv6) => first >>> 13 === 1

function isOfInternet(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  // An IPv4 address in the clothes of IPv6 is looked at as what it is.
  const parsed = ipaddr.process(address)
  return parsed.range() === 'unicast' && (parsed instanceof ipaddr.IPv4 || isGlobal(parsed))
}

type Resolve = (
  host: string,
  options: LookupAllOptions,
  answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * What a connection asks for the addresses of a name: those alone to which requests may go. It connects to what it is given
 * here and asks nobody else, so a name that leads elsewhere a moment later changes nothing.
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

/** A host that is an address is never looked up, so it is asked for here. Throws if requests may not go there. */
export function assertReachable(host: string, mayReach: MayReach): void {
  const address = host.replace(/^\[|\]$/g, '')
  if (ipaddr.isValid(address) && !mayReach(address)) throw new UnreachableAddress(refusal(host))
}

const refusal = (host: string) => `${host} is in a network that webhooks may not reach (WEBHOOK_NETWORKS)`
