import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/*
 * `parley_live_<id>_<secret>`: a prefix for secret scanners, an id of 16 hexadecimal digits, and 256 random bits in
 * base64url. Because they are random, a single SHA-256 is a safe hash to store.
 */

const prefix = 'parley_live_'
const form = /^parley_live_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/

interface MadeKey {
  id: string
  /** The whole key. It is shown once, and stored nowhere. */
  text: string
  secretHash: string
}

/** Makes a secret of 256 random bits in 43 characters, and the hash to store. */
export function makeSecret(): { secret: string; secretHash: string } {
  const secret = randomBytes(32).toString('base64url')
  return { secret, secretHash: hashOf(secret) }
}

/** Makes a new random key: its id, its whole text, and the hash of its secret to store. Stores nothing. */
export function makeKey(): MadeKey {
  const id = randomBytes(8).toString('hex')
  const { secret, secretHash } = makeSecret()
  return { id, text: `${prefix}${id}_${secret}`, secretHash }
}

/** Whether a token begins like an API key; it may be invalid. */
export const isKeyText = (token: string | undefined): token is string => token?.startsWith(prefix) ?? false

/**
 * The id and the secret in the text of a key; undefined for any other text. The secret is not checked: see
 * `matchesHash`.
 */
export function readKey(token: string): { id: string; secret: string } | undefined {
  const [, id, secret] = form.exec(token) ?? []
  return id === undefined || secret === undefined ? undefined : { id, secret }
}

/** Whether the secret has this hash; compared in constant time. */
export function matchesHash(secret: string, secretHash: string): boolean {
  const [shown, stored] = [Buffer.from(hashOf(secret)), Buffer.from(secretHash)]
  return shown.length === stored.length && timingSafeEqual(shown, stored)
}

const hashOf = (secret: string) => createHash('sha256').update(secret).digest('base64url')

/**
 * The id of the session that each key of a bot has, so that revoking the key ends it on every node like any session.
 */
export const sessionOfKey = (keyId: string): string => `key-${keyId}`

/** Is it the session of the API key of a bot (see `sessionOfKey`)? */
export const isSessionOfKey = (sessionId: string): boolean => sessionId.startsWith('key-')
