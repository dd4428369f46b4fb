import { Id, ImageUrl, Name, userRoles } from '@parley/protocol'
import { shownName } from '@parley/protocol/features/name-rules'
import { errors, jwtVerify } from 'jose'
import type { Logger } from 'pino'
import { z } from 'zod'
import { ConfigError } from '../config.ts'
import type { Credentials, HostUser } from './authenticate.ts'
import { createHostKeys } from './host-jwks.ts'

/**
 * How the tokens of a host application are verified: with a shared secret, or with the public keys that it publishes.
 */
export interface HostJwtOptions {
  /** At least 32 characters. Tokens are then signed with HS256. */
  secret?: string
  /** The address of a JSON Web Key Set. Tokens are then signed with RS…, PS…, ES… or EdDSA. */
  jwksUrl?: string
  /** The `iss` that tokens must have; required with `jwksUrl`. */
  issuer?: string
  /**
   * The `aud` that tokens must have or contain; required with `jwksUrl`, because such keys sign tokens for others too.
   */
  audience?: string
  /**
   * The longest lifetime of a token in seconds, a day if left out: Parley cannot revoke such a token before it expires.
   */
  maxSeconds?: number
}

const signedByKeys = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
const shortestSecret = 32
const longestToken = 4_096
const daySeconds = 24 * 60 * 60
/** Seconds by which the clocks of two machines may differ. */
const clockTolerance = 30

/**
 * Makes an `authenticate` that reads users from the JSON Web Tokens of a host application. It resolves with null for a
 * token that is missing, invalid, expired, above 4,096 characters, or lives longer than `maxSeconds`, and rejects with
 * `unavailable` if its key cannot be fetched now. The user name is `preferred_username`, else `name`, else the id. Long
 * names are cut; other invalid names, pictures and roles are ignored. Headers are not used.
 *
 * `createHostJwt` itself fetches nothing. It throws a ConfigError unless it gets either a `secret` of at least 32
 * characters or a valid `jwksUrl` with `issuer` and `audience`.
 *
 * @example
 * const readUser = createHostJwt({ secret: process.env.HOST_JWT_SECRET }, log)
 * const user = await readUser({ token, headers: {} }) // null if the token is invalid
 */
export function createHostJwt(options: HostJwtOptions, log: Logger) {
  const { issuer, audience, maxSeconds = daySeconds } = options
  const key = keyOf(options, log)
  const checks = { issuer, audience, clockTolerance, requiredClaims: ['sub', 'exp'] }
  const claimsOf = async (token: string) => {
    const { payload } =
      typeof key === 'function'
        ? await jwtVerify(token, key, { ...checks, algorithms: signedByKeys })
        : await jwtVerify(token, key, { ...checks, algorithms: ['HS256'] })
    const claims = Claims.parse(payload)
    const now = Date.now() / 1_000
    if (claims.exp - Math.min(claims.iat ?? now, now) > maxSeconds) throw new LivesTooLong(maxSeconds)
    return claims
  }

  return async ({ token }: Credentials): Promise<HostUser | null> => {
    if (token === undefined || token.length > longestToken) return null
    try {
      return userOf(await claimsOf(token))
    } catch (error) {
      const reason = reasonOf(error)
      if (reason === undefined) throw error
      log.info({ reason }, 'a token of the host application was refused')
      return null
    }
  }
}

function keyOf({ secret, jwksUrl, issuer, audience }: HostJwtOptions, log: Logger) {
  if ((secret === undefined) === (jwksUrl === undefined)) {
    throw new ConfigError('Tokens of a host application need a secret or the address of its keys, and not both.')
  }
  if (jwksUrl !== undefined) {
    if (!URL.canParse(jwksUrl)) throw new ConfigError('The address of the keys is no URL.')
    if (!issuer || !audience) throw new ConfigError('With the address of keys, name the issuer and the audience too.')
    return createHostKeys(jwksUrl, { log })
  }
  if (secret === undefined || secret.length < shortestSecret) {
    throw new ConfigError(`The secret of the host's tokens is too short: ${shortestSecret} characters are the least.`)
  }
  return new TextEncoder().encode(secret)
}

class LivesTooLong extends Error {
  constructor(maxSeconds: number) {
    super(`it lives longer than ${maxSeconds} seconds`)
  }
}

/**
 * Why a token is refused, for the log and without parts of the token; undefined for errors that are not the token's
 * fault.
 */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof z.ZodError) return `the claim ${error.issues[0]?.path.join('.')} is not usable`
  const isRefusal = error instanceof errors.JOSEError || error instanceof TypeError || error instanceof LivesTooLong
  return isRefusal ? error.message : undefined
}

/**
 * A bad name is no reason to refuse a user: a long one is cut, and an invisible one is ignored, so that another claim
 * is used.
 */
const ShownName = z.string().transform(shownName).pipe(Name).optional().catch(undefined)

const Claims = z.object({
  sub: Id,
  exp: z.number(),
  iat: z.number().optional(),
  name: ShownName,
  preferred_username: ShownName,
  picture: ImageUrl.optional().catch(undefined),
  role: z.enum(userRoles).optional().catch(undefined),
})

function userOf({ sub, name, preferred_username, picture, role, exp }: z.output<typeof Claims>): HostUser {
  const username = preferred_username ?? name ?? sub
  return { id: sub, username, displayName: name ?? username, avatarUrl: picture, role, expiresAt: exp * 1_000 }
}
