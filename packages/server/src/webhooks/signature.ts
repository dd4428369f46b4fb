import { createHmac, randomBytes } from 'node:crypto'

const prefix = 'whsec_'
/** The length of a secret in bytes, by Standard Webhooks. */
const length = { least: 24, most: 64 }

/** A new secret for an endpoint, `whsec_` and 32 bytes as base64. */
export const newWebhookSecret = (): string => `${prefix}${randomBytes(32).toString('base64')}`

/** The bytes of a secret, with or without `whsec_`; undefined if it is malformed or not of 24 to 64 bytes. */
export function keyOf(secret: string): Buffer | undefined {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined
  const key = Buffer.from(text, 'base64')
  return key.length >= length.least && key.length <= length.most ? key : undefined
}

export interface SignedContent {
  id: string
  /** Seconds since 1970, as text. */
  timestamp: string
  body: string | Uint8Array
}

/** The signature of version 1: `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64. */
export const signatureBy = (key: Buffer, { id, timestamp, body }: SignedContent): string =>
  `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`
