import type { Body } from '@parley/protocol'
import type { WebhookPayload } from '@parley/protocol/features/webhook-types'
import type { JobRow } from '../core/jobs/job-store.ts'
import type { ForgetMessages } from '../core/kernel.ts'
import { isOfWebhook } from './webhook-endpoints.ts'

/** So many edits of a message are kept for an endpoint. All have its newest body, so older ones say nothing more. */
const mostEdits = 20

/**
 * Takes what was taken back or replaced from what was sent before, too, and from what still waits. The oldest of many edits
 * are removed, so that what an edit costs does not grow with their number.
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

/** Rows come in their order: of the edits for each endpoint, all but the last ones. */
function olderEdits(rows: readonly JobRow[]): JobRow[] {
  const edits = rows.filter(({ payload }) => (JSON.parse(payload) as WebhookPayload).type === 'message.updated')
  return [...Map.groupBy(edits, ({ kind }) => kind).values()].flatMap((some) => some.slice(0, -mostEdits))
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
