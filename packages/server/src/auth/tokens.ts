import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'

export interface AccessClaims {
  userId: string
  sessionId: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

export interface Tokens {
  sign(userId: string, sessionId: string): Promise<{ accessToken: string; expiresAt: number }>
  /** Undefined for anything that is not a token of ours that is good now. */
  verify(token: string): Promise<AccessClaims | undefined>
  /** The refresh token that follows this one: always the same, so that two tabs which refresh at once hold one token. */
  following(refreshToken: string): string
}

const algorithm = 'HS256'
const issuer = 'parley'
const type = 'at+jwt'

/** Access tokens: signed, short-lived, and checked against one fixed algorithm. */
export function createTokens(secret: string, lifetimeSeconds: number): Tokens {
  // An empty file, say from a disk that was full, must not become a key that everybody has.
  if (secret.length < 32) throw new Error('The secret that signs tokens is too short: 32 characters are the least.')
  const key = new TextEncoder().encode(secret)
  return {
    sign: async (userId, sessionId) => {
      const issuedAt = Math.floor(Date.now() / 1_000)
      const expiresAt = issuedAt + lifetimeSeconds
      const accessToken = await new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: algorithm, typ: type })
        .setSubject(userId)
        .setIssuer(issuer)
        .setAudience(issuer)
        .setIssuedAt(issuedAt)
        .setJti(randomUUID())
        .setExpirationTime(expiresAt)
        .sign(key)
      return { accessToken, expiresAt: expiresAt * 1_000 }
    },
    verify: async (token) => {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [algorithm],
          typ: type,
          issuer,
          audience: issuer,
          requiredClaims: ['sub', 'sid', 'exp'],
        })
        if (typeof payload.sid !== 'string') return undefined
        return { userId: payload.sub ?? '', sessionId: payload.sid, expiresAt: (payload.exp ?? 0) * 1_000 }
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined
        throw error
      }
    },
    following: (refreshToken) =>
      `${sessionIdOf(refreshToken)}.${createHmac('sha256', key).update(`what follows ${refreshToken}`).digest('base64url')}`,
  }
}

/**
 * A refresh token: its session, and 256 bits that nobody can guess. Only its hash is stored. The session stands in it, so
 * that a copy is recognised as an old one however often the session was refreshed since.
 */
export const newRefreshToken = (sessionId: string) => `${sessionId}.${randomBytes(32).toString('base64url')}`

export const sessionIdOf = (refreshToken: string) => refreshToken.slice(0, Math.max(0, refreshToken.lastIndexOf('.')))

export const hashRefreshToken = (token: string) => createHash('sha256').update(token).digest('base64url')
