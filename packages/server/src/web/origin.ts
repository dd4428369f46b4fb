import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'

/**
 * Was this sent by a program, by a page of ours, or by one of an allowed site? Not so a page of any other site, also where the
 * browser names no origin but says that the page is of another site.
 */
export type IsFromHere = (request: IncomingMessage) => boolean

interface OriginOptions {
  /** As `readOrigins` gives them. */
  allowedOrigins: readonly string[]
  /** Is the other end of this connection a proxy that says by `X-Forwarded-Host` which host a page asked for? */
  isFromProxy(request: IncomingMessage): boolean
}

/**
 * A page is ours if it comes from the host that the request was sent to. The two headers may write that host in different ways:
 * with the port that the scheme has anyway, in capitals, an address of IPv6 in full. A browser lets no page choose them.
 *
 * @example
 * const isFromHere = createOriginCheck({ allowedOrigins: [], isFromProxy: () => false })
 * isFromHere(request) // true with `Host: Chat.example:443` and `Origin: https://chat.example`
 */
export function createOriginCheck({ allowedOrigins, isFromProxy }: OriginOptions): IsFromHere {
  return (request) => {
    const { origin: given, host } = request.headers
    if (allowedOrigins.includes('*')) return true
    if (given === undefined) return request.headers['sec-fetch-site'] !== 'cross-site'
    const origin = given === noOrigin ? given : originOf(given)
    if (origin === undefined) return false
    const scheme = origin.slice(0, origin.indexOf('//') + 2)
    const isHost = (name: string | undefined) => name !== undefined && originOf(scheme + name) === origin
    if (allowedOrigins.includes(origin)) return true
    const viaProxy = isFromProxy(request)
    // Anybody on the way could have written a page that came without TLS.
    if (scheme === 'http://' && isAskedByTls(request, viaProxy)) return false
    return isHost(host) || (viaProxy && isHost(firstOf(request, 'x-forwarded-host')))
  }
}

/** What browsers send of a page that has no origin, such as one in a sandbox. */
const noOrigin = 'null'

/** The first is what the browser asked for; proxies behind it add theirs. */
const firstOf = ({ headers }: IncomingMessage, name: 'x-forwarded-host' | 'x-forwarded-proto'): string | undefined =>
  [headers[name]].flat()[0]?.split(',')[0]?.trim()

/** Did the browser ask by TLS, as far as that is known: does this server bring it, or a proxy say so that is believed? */
const isAskedByTls = (request: IncomingMessage, viaProxy: boolean): boolean =>
  request.socket instanceof TLSSocket || (viaProxy && firstOf(request, 'x-forwarded-proto')?.toLowerCase() === 'https')

/** One origin in one form; undefined if it is none. Apps have schemes of their own, such as `capacitor://localhost`. */
function originOf(text: string): string | undefined {
  if (!/^[a-z][a-z\d+.-]*:\/\/[^\s/?#@\\*]+$/i.test(text) || !URL.canParse(text)) return undefined
  const { protocol, host } = new URL(text)
  return host === '' ? undefined : `${protocol}//${host}`
}

/**
 * Origins in the form in which browsers send them; `*` stands for all. Throws for one that no page can have.
 *
 * @example readOrigins(['https://App.example:443/']) // ['https://app.example']
 */
export function readOrigins(given: readonly string[]): string[] {
  return given.map((text) => {
    const origin = text === '*' || text === noOrigin ? text : originOf(text.replace(/\/$/, ''))
    if (origin === undefined) {
      throw new Error(`allowedOrigins has ${JSON.stringify(text)}: an origin is written as https://app.example.`)
    }
    return origin
  })
}

/** In the form that CORS takes: a list is compared word by word, so `*` in it would be an origin of that name. */
export const corsOrigin = (allowedOrigins: readonly string[]): '*' | string[] =>
  allowedOrigins.includes('*') ? '*' : [...allowedOrigins]
