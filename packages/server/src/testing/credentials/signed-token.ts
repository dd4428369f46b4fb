import { createHmac } from 'node:crypto'

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')

/**
 * A JSON Web Token with these claims, signed with HS256. `header` adds fields to its header, or replaces them.
 *
 * @example
 * const token = signedToken(secret, { sub: 'u1', exp: inSeconds(60) })
 */
export function signedToken(secret: string, claims: object, header: object = {}): string {
  const text = `${encode({ alg: 'HS256', typ: 'JWT', ...header })}.${encode(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

/** The time so many seconds from now, in seconds since 1970, as claims have it. */
export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds
