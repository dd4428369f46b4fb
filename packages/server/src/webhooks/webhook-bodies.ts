import type { Body } from '@parley/protocol'
import type { WebhookPayload } from '@parley/protocol/features/webhook-types'
import type { ForgetMessages } from '../core/kernel.ts'
import { isOfWebhook } from './webhook-endpoints.ts'

/**
 * Removes or replaces the bodies of these messages in all stored deliveries, those that were sent and those that wait.
 */
export const takeBodies: ForgetMessages = async (store, messageIds, body) => {
  for (const { place, kind, about, payload } of await store.jobs.about(messageIds)) {
    if (!isOfWebhook(kind)) continue
    const changed = body ? withBody(payload, about, body) : withoutBody(payload)
    if (changed !== payload) await store.jobs.replacePayload(place, changed)
  }
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
