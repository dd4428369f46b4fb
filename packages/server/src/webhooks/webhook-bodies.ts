import type { Body } from '@parley/protocol'
import type { WebhookPayload } from '@parley/protocol/features/webhook-types'
import type { ForgetMessages } from '../core/kernel.ts'
import { isOfWebhook } from './webhook-endpoints.ts'

/** Takes what was taken back or replaced from what was sent before, too, and from what still waits. */
export const takeBodies: ForgetMessages = async (store, messageIds, body) => {
  for (const { place, kind, about, payload } of await store.jobs.about(messageIds)) {
    if (!isOfWebhook(kind)) continue
    const changed = body ? withBody(payload, about, body) : withoutBody(payload)
    if (changed !== payload) await store.jobs.replacePayload(place, changed)
  }
}

/** Of a deletion all stays: it has nothing of what was said, and says what became of what stood beside it. */
function withoutBody(payload: string): string {
  const { data, ...told } = JSON.parse(payload) as WebhookPayload
  if (told.type === 'message.deleted') return payload
  const { conversationId, rev, users } = data
  const messages = data.messages?.map((message) => ({ ...message, body: null }))
  return JSON.stringify({ ...told, data: { conversationId, rev, messages, users } } satisfies WebhookPayload)
}

function withBody(payload: string, about: string | null, body: Body): string {
  const { data, ...told } = JSON.parse(payload) as WebhookPayload
  if (!data.messages) return payload
  const messages = data.messages.map((message) =>
    message.id === about && message.body !== null ? { ...message, body } : message,
  )
  return JSON.stringify({ ...told, data: { ...data, messages } } satisfies WebhookPayload)
}
