import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'

export interface AccessClaims {
  userId: string
  sessionId: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

export interface Tokens {
  /** Makes a new access token of a session, and says when it expires, in milliseconds since 1970. Stores nothing. */
  sign(userId: string, sessionId: string): Promise<{ accessToken: string; expiresAt: number }>
  /**
   * The claims of an access token; undefined if it is expired or not ours. Does not check whether the session is still
   * open.
   */
  verify(token: string): Promise<AccessClaims | undefined>
  /**
   * Makes a refresh token: the session, 256 random bits, and a signature, by which the server recognises its old tokens
   * too. Store only its hash (`hashRefreshToken`).
   */
  newRefreshToken(sessionId: string): string
  /**
   * The token that replaces this one. It is derived from it, so that two tabs that refresh at once get the same token.
   */
  successorOf(refreshToken: string): string
  /**
   * The session of a refresh token with a right signature, even if it was replaced long ago; undefined for any other
   * text.
   */
  sessionOf(refreshToken: string): string | undefined
  /**
   * Makes a token that a device keeps after signing in; at the next sign-in it proves that the device was there before.
   */
  deviceToken(userId: string, deviceId: string): string
  /** The device of a token that was made for this account; undefined for any other text. */
  deviceOf(deviceToken: string, userId: string): string | undefined
  /** The signature in the URL of a file, for a text with everything that it permits. */
  fileSeal(text: string): string
  /** A keyed hash of a network address: recognises it again without storing it. */
  addressMark(address: string): string
}

const algorithm = 'HS256'
const issuer = 'parley'
const type = 'at+jwt'

async function sign(key: Uint8Array, userId: string, sessionId: string, lifetimeSeconds: number) {
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
}

async function verify(key: Uint8Array, token: string) {
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
}

/**
 * Makes the functions that make and verify the tokens of the server by one secret; throws an Error if it has fewer
 * than 32 characters. They store nothing: with another secret all earlier tokens are invalid, for which those that
 * verify give undefined. Access tokens live for `lifetimeSeconds`; the other tokens have no end of their own.
 */
export function createTokens(secret: string, lifetimeSeconds: number): Tokens {
  // An empty file, for example from a full disk, must not become a key that anyone can guess.
  if (secret.length < 32) throw new Error('The secret that signs tokens is too short: 32 characters are the least.')
  const key = new TextEncoder().encode(secret)
  const digest = (text: string) => createHmac('sha256', key).update(text).digest('base64url')
  const sealed = (sessionId: string, secret: string) =>
    `${sessionId}.${secret}${digest(`refresh token ${sessionId}.${secret}`).slice(0, sealLength)}`
  const deviceToken = (userId: string, deviceId: string) => `${deviceId}.${digest(`device ${deviceId} of ${userId}`)}`
  return {
    sign: (userId, sessionId) => sign(key, userId, sessionId, lifetimeSeconds),
    verify: (token) => verify(key, token),
    newRefreshToken: (sessionId) => sealed(sessionId, randomBytes(32).toString('base64url')),
    successorOf: (refreshToken) => sealed(sessionIdOf(refreshToken), digest(`what follows ${refreshToken}`)),
    sessionOf: (refreshToken) => {
      const sessionId = sessionIdOf(refreshToken)
      const secret = refreshToken.slice(sessionId.length + 1, -sealLength)
      return isSame(refreshToken, sealed(sessionId, secret)) ? sessionId : undefined
    },
    deviceToken,
    deviceOf: (token, userId) => {
      const deviceId = token.slice(0, Math.max(0, token.indexOf('.')))
      return isSame(token, deviceToken(userId, deviceId)) ? deviceId : undefined
    },
    fileSeal: (text) => digest(`file ${text}`),
    addressMark: (address) => digest(`address ${address}`),
  }
}

const sealLength = 22

const isSame = (one: string, other: string) => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** A random id of 128 bits, in base64url. */
export const newDeviceId = () => randomBytes(16).toString('base64url')

/**
 * The id of the session that a refresh token names; '' for a text without a dot. The signature is not checked: see
 * `sessionOf`.
 */
export const sessionIdOf = (refreshToken: string) => refreshToken.slice(0, Math.max(0, refreshToken.lastIndexOf('.')))

/** The SHA-256 of a refresh token, in base64url: the form in which it is stored. */
export const hashRefreshToken = (token: string) => createHash('sha256').update(token).digest('base64url')
