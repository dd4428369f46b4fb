import { timingSafeEqual } from 'node:crypto'
import type { WebhookPayload } from '@parley/protocol/features/webhook-types'
import { keyOf, signatureBy } from './signature.ts'

export type { WebhookPayload, WebhookType } from '@parley/protocol/features/webhook-types'

/** The request was not signed with the secret, is too old, or lacks a header. Answer it with 400 or 401. */
export class WebhookRefused extends Error {}

/** The payload of a verified request. */
export interface VerifiedWebhook extends WebhookPayload {
  /** The same at every try: store the ids that you have processed, and ignore them when they come again. */
  id: string
}

/** The headers of a request, in the form of `fetch` or of Node. */
export type WebhookHeaders =
  | { get(name: string): string | null | undefined }
  | Record<string, string | readonly string[] | undefined>

/** How exact the time of a request must be. */
export interface VerifyOptions {
  /**
   * How old a request may be, and how far the clocks may differ; 300 if left out. Older ones may be recorded and
   * replayed.
   */
  toleranceSeconds?: number
  /** Milliseconds since 1970; the present if left out. */
  now?: number
}

/**
 * Verifies that a request was signed with the secret within `toleranceSeconds`, and returns payload and id. The
 * body must be the bytes as they arrived, not a parsed object. Give several secrets while one replaces another. Throws
 * `WebhookRefused`, with a message for your log, a TypeError if a secret is malformed or none is given, or a
 * SyntaxError if a signed body is no JSON. A request that comes twice is accepted twice: store the ids that you have
 * processed.
 *
 * @example
 * const { id, type, data } = verifyWebhook(await request.text(), request.headers, process.env.WEBHOOK_SECRET)
 */
export function verifyWebhook(
  body: string | Uint8Array,
  headers: WebhookHeaders,
  secret: string | readonly string[],
  { toleranceSeconds = 300, now = Date.now() }: VerifyOptions = {},
): VerifiedWebhook {
  const keys = [secret].flat().map(keyOf)
  if (keys.length === 0 || keys.includes(undefined)) {
    throw new TypeError('The secret must be whsec_ and 24 to 64 bytes as base64.')
  }
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    headerOf(headers, `webhook-${name}`),
  )
  if (!id || !timestamp || !signatures) {
    throw new WebhookRefused('The headers webhook-id, webhook-timestamp and webhook-signature are not all there.')
  }
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookRefused('webhook-timestamp is no time in seconds.')
  if (Math.abs(now / 1_000 - Number(timestamp)) > toleranceSeconds) {
    throw new WebhookRefused('The request is too old, or a clock is wrong.')
  }
  const expected = (keys as Buffer[]).map((key) => signatureBy(key, { id, timestamp, body }))
  const given = signatures.split(' ')
  if (!expected.some((right) => given.some((one) => isSame(one, right)))) {
    throw new WebhookRefused('No signature was made with this secret.')
  }
  return { id, ...(JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString()) as WebhookPayload) }
}

function headerOf(headers: WebhookHeaders, name: string): string | undefined {
  if (typeof headers.get === 'function') return headers.get(name) ?? undefined
  // Some servers do not convert the names to lower case.
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
  return typeof found === 'string' ? found : found?.[0]
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
