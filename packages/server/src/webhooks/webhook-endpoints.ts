import { createHash } from 'node:crypto'
import { usualWebhookTypes, type WebhookType, webhookTypes } from '@parley/protocol/features/webhook-types'
import { z } from 'zod'
import { keyOf } from './signature.ts'

const most = { endpoints: 16, secrets: 4 }

const isAddress = (text: string) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
}

const Secret = z.string().refine(keyOf, 'secret must be whsec_ and 24 to 64 bytes as base64 (parley webhook secret)')

const Webhook = z.strictObject({
  url: z.string().refine(isAddress, 'url must begin with https:// or http://, without a user name'),
  secret: z.union([Secret, z.array(Secret).min(1).max(most.secrets)]),
  events: z
    .array(z.enum(webhookTypes as [WebhookType, ...WebhookType[]], `events must be of ${webhookTypes.join(', ')}`))
    .min(1)
    .optional(),
})

/** The schema of the option `webhooks`; each url may occur once. */
export const WebhookList = z
  .array(Webhook)
  .max(most.endpoints)
  .refine((list) => new Set(list.map(({ url }) => new URL(url).href)).size === list.length, 'name each url once')

/** An endpoint to which the server posts events, in the form of Standard Webhooks. */
export interface WebhookOptions {
  /** Where events are sent: `https://`, or `http://` within a network of your own. */
  url: string
  /**
   * `whsec_` and 24 to 64 bytes as base64. Give several while one replaces another: requests then have a signature for
   * each.
   */
  secret: string | readonly string[]
  /** The events that the endpoint receives; if left out, those of messages, members and conversations. */
  events?: readonly WebhookType[] | undefined
}

export interface WebhookEndpoint {
  /** A hash of the url, so that waiting deliveries are found again after a restart. */
  id: string
  /** The name of its kind of job. */
  kind: string
  url: URL
  keys: readonly Buffer[]
  types: ReadonlySet<WebhookType>
}

const kindStart = 'webhook '

/** Whether a kind of job is that of a webhook, including endpoints that are configured no more. */
export const isOfWebhook = (kind: string): boolean => kind.startsWith(kindStart)

/**
 * Validates configured endpoints and returns them, each with an id that follows from its url. Without `events` an
 * endpoint gets the usual ones. Throws an Error whose message says what is wrong, such as a url that occurs twice, or
 * more than 16 endpoints.
 */
export function readEndpoints(webhooks: readonly WebhookOptions[]): WebhookEndpoint[] {
  const parsed = WebhookList.safeParse(webhooks)
  if (!parsed.success) throw new Error(`webhooks: ${parsed.error.issues[0]?.message}.`)
  return parsed.data.map(({ url: text, secret, events }) => {
    const url = new URL(text)
    const id = createHash('sha256').update(url.href).digest('hex').slice(0, 8)
    const types = new Set(events ?? usualWebhookTypes)
    return { id, kind: `${kindStart}${id}`, url, keys: [secret].flat().flatMap((one) => keyOf(one) ?? []), types }
  })
}
