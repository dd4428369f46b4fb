import type { Body } from '@parley/protocol'
import type { WebhookPayload } from '@parley/protocol/features/webhook-types'
import type { JobRow } from '../core/jobs/job-store.ts'
import type { ForgetMessages } from '../core/kernel.ts'
import { isOfWebhook } from './webhook-endpoints.ts'

/** How many edits of a message are stored for an endpoint. Each has the newest body, so older ones add nothing. */
const mostEdits = 20

/**
 * Removes the bodies of these messages, and what belongs to them, from all stored deliveries, those that were sent and
 * those that wait. With `body`, it replaces them instead, except bodies that were removed before; and it deletes all
 * but the last 20 edits for each endpoint, so that an edit does not cost more the more there were.
 */
export const takeBodies: ForgetMessages = async (store, messageIds, body) => {
  const rows = (await store.jobs.about(messageIds)).filter(({ kind }) => isOfWebhook(kind))
  const dropped = new Set(body ? olderEdits(rows) : [])
  await store.jobs.drop([...dropped].map(({ place }) => place))
  for (const row of rows) {
    if (dropped.has(row)) continue
    const { place, about, payload } = row
    const changed = body ? withBody(payload, about, body) : withoutBody(payload)
    if (changed !== payload) await store.jobs.replacePayload(place, changed)
  }
}

/** Takes rows in their order, and returns, for each endpoint, all edits but the last ones. */
function olderEdits(rows: readonly JobRow[]): JobRow[] {
  const edits = rows.filter(({ payload }) => (JSON.parse(payload) as WebhookPayload).type === 'message.updated')
  return [...Map.groupBy(edits, ({ kind }) => kind).values()].flatMap((some) => some.slice(0, -mostEdits))
}

/** The payload without body and side rows. That of a deletion stays unchanged, because it contains no body. */
function withoutBody(payload: string): string {
  const { data, ...envelope } = JSON.parse(payload) as WebhookPayload
  if (envelope.type === 'message.deleted') return payload
  const { conversationId, rev, users } = data
  const messages = data.messages?.map((message) => ({ ...message, body: null }))
  return JSON.stringify({ ...envelope, data: { conversationId, rev, messages, users } } satisfies WebhookPayload)
}

function withBody(payload: string, about: string | null, body: Body): string {
  const { data, ...envelope } = JSON.parse(payload) as WebhookPayload
  if (!data.messages) return payload
  const messages = data.messages.map((message) =>
    message.id === about && message.body !== null ? { ...message, body } : message,
  )
  return JSON.stringify({ ...envelope, data: { ...data, messages } } satisfies WebhookPayload)
}
