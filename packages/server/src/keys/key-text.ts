import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/*
 * `parley_live_<id>_<secret>`: a prefix that secret scanners find, 16 letters and digits by which the key is looked up, and 256
 * random bits in base64url. With so many, one round of SHA-256 is enough to store it.
 */

const prefix = 'parley_live_'
const form = /^parley_live_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/

interface MadeKey {
  id: string
  /** The whole key. It is shown once, and stored nowhere. */
  text: string
  secretHash: string
}

/** Makes 43 characters that nobody can guess, and what is stored of them. */
export function makeSecret(): { secret: string; secretHash: string } {
  const secret = randomBytes(32).toString('base64url')
  return { secret, secretHash: hashOf(secret) }
}

/** Makes a key that nobody can guess. */
export function makeKey(): MadeKey {
  const id = randomBytes(8).toString('hex')
  const { secret, secretHash } = makeSecret()
  return { id, text: `${prefix}${id}_${secret}`, secretHash }
}

/** Was this meant to be a key, good or not? */
export const isKeyText = (token: string | undefined): token is string => token?.startsWith(prefix) ?? false

/** The id of a key and its secret; undefined for anything else. */
export function readKey(token: string): { id: string; secret: string } | undefined {
  const [, id, secret] = form.exec(token) ?? []
  return id === undefined || secret === undefined ? undefined : { id, secret }
}

/** Takes the same time wherever the two differ. */
export function fits(secret: string, secretHash: string): boolean {
  const [shown, stored] = [Buffer.from(hashOf(secret)), Buffer.from(secretHash)]
  return shown.length === stored.length && timingSafeEqual(shown, stored)
}

const hashOf = (secret: string) => createHash('sha256').update(secret).digest('base64url')

/** The key of a bot is a session of it, too, so that it ends like one on every node. */
export const sessionOfKey = (keyId: string): string => `key-${keyId}`

export const isSessionOfKey = (sessionId: string): boolean => sessionId.startsWith('key-')
