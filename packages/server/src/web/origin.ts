import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'

/**
 * Whether a request comes from a program, from a page of ours, or from one of an allowed site. False for pages of other
 * sites, even if the browser sends no origin but only `Sec-Fetch-Site`.
 */
export type IsFromHere = (request: IncomingMessage) => boolean

interface OriginOptions {
  /** In the form of `readOrigins`. */
  allowedOrigins: readonly string[]
  /** Whether the request comes from a trusted proxy, whose `X-Forwarded-Host` is believed. */
  isFromProxy(request: IncomingMessage): boolean
}

/**
 * Makes the check whether a request is from here. If `*` is allowed, it is true for all. Without an `Origin` it is true
 * unless `Sec-Fetch-Site` is `cross-site`; with one, if that is allowed or is the host of the request, also as a
 * trusted proxy names it. Capitals, default ports and forms of IPv6 addresses do not matter. A page loaded without TLS
 * is not that of the host if the request came by TLS.
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
    // A page that was loaded without TLS may have been forged on the way.
    if (scheme === 'http://' && isAskedByTls(request, viaProxy)) return false
    return isHost(host) || (viaProxy && isHost(firstOf(request, 'x-forwarded-host')))
  }
}

/** The value that browsers send for a page without an origin, such as one in a sandbox. */
const noOrigin = 'null'

/** The first value of the header, which is the browser's; further proxies append theirs. */
const firstOf = ({ headers }: IncomingMessage, name: 'x-forwarded-host' | 'x-forwarded-proto'): string | undefined =>
  [headers[name]].flat()[0]?.split(',')[0]?.trim()

/** Whether the browser used TLS, as far as is known: this server or a trusted proxy terminates it. */
const isAskedByTls = (request: IncomingMessage, viaProxy: boolean): boolean =>
  request.socket instanceof TLSSocket || (viaProxy && firstOf(request, 'x-forwarded-proto')?.toLowerCase() === 'https')

/**
 * An origin in its canonical form; undefined if the text is none. Apps have schemes of their own, such as
 * `capacitor://localhost`.
 */
function originOf(text: string): string | undefined {
  if (!/^[a-z][a-z\d+.-]*:\/\/[^\s/?#@\\*]+$/i.test(text) || !URL.canParse(text)) return undefined
  const { protocol, host } = new URL(text)
  return host === '' ? undefined : `${protocol}//${host}`
}

/**
 * Brings origins into the form that browsers send, without one slash at the end; keeps `*`, which stands for all, and
 * `null`, which browsers send for a page without an origin. Other schemes (`capacitor://localhost`) are allowed. Throws
 * an Error for any other text, such as one with a path.
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

/**
 * Returns origins as an option of the CORS middleware: a copy of the list, or `*` alone if the list contains it. In a
 * list, `*` would only be an origin of that name.
 */
export const corsOrigin = (allowedOrigins: readonly string[]): '*' | string[] =>
  allowedOrigins.includes('*') ? '*' : [...allowedOrigins]
