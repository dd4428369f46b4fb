import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
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
  /**
   * A refresh token: its session, 256 bits that nobody can guess, and a seal by which it is recognised as one of ours
   * however often the session was refreshed since. Only its hash is stored.
   */
  newRefreshToken(sessionId: string): string
  /** The refresh token that follows this one: always the same, so that two tabs which refresh at once hold one token. */
  following(refreshToken: string): string
  /** The session that this server made the refresh token for, at whatever time; undefined if it did not make it. */
  sessionOf(refreshToken: string): string | undefined
  /** What a device keeps after a sign-in, to show at the next one that it was this account's before. */
  deviceToken(userId: string, deviceId: string): string
  /** The device, if this server made the token for this account. */
  deviceOf(deviceToken: string, userId: string): string | undefined
  /** What an address of a file must show, so that nobody makes one. */
  fileSeal(text: string): string
  /** Tells an address again without storing it. */
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

/** Access tokens are signed, short-lived, and checked against one fixed algorithm. */
export function createTokens(secret: string, lifetimeSeconds: number): Tokens {
  // An empty file, say from a disk that was full, must not become a key that everybody has.
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
    following: (refreshToken) => sealed(sessionIdOf(refreshToken), digest(`what follows ${refreshToken}`)),
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

export const newDeviceId = () => randomBytes(16).toString('base64url')

export const sessionIdOf = (refreshToken: string) => refreshToken.slice(0, Math.max(0, refreshToken.lastIndexOf('.')))

export const hashRefreshToken = (token: string) => createHash('sha256').update(token).digest('base64url')
