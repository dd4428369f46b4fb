import type { IncomingHttpHeaders } from 'node:http'

/** Was this sent by a program, by a page of ours, or by one of an allowed site? Not so a page of any other site. */
export function isFromHere(headers: IncomingHttpHeaders, allowedOrigins: readonly string[]): boolean {
  const { origin, host } = headers
  if (origin === undefined) return true
  if (allowedOrigins.includes('*') || allowedOrigins.includes(origin)) return true
  return URL.canParse(origin) && new URL(origin).host === host
}

/** In the form that CORS takes: a list is compared word by word, so `*` in it would be an origin of that name. */
export const corsOrigin = (allowedOrigins: readonly string[]): '*' | string[] =>
  allowedOrigins.includes('*') ? '*' : [...allowedOrigins]
