import type { ConversationChange, Message } from '@parley/protocol'
import type { WebhookPayload, WebhookType } from '@parley/protocol/features/webhook-types'
import type { RunningTransaction } from '../core/commit/open-transaction.ts'
import type { NewJob } from '../core/jobs/job-kind.ts'
import type { Jobs } from '../core/jobs/jobs.ts'
import type { Store } from '../storage/store.ts'
import type { DisabledEndpoints } from './disabled-endpoints.ts'
import { takeBodies } from './webhook-bodies.ts'
import type { WebhookEndpoint } from './webhook-endpoints.ts'

interface OutboxOptions {
  endpoints: readonly WebhookEndpoint[]
  disabled: Pick<DisabledEndpoints, 'has'>
  jobs: Pick<Jobs, 'add'>
}

/**
 * Makes a function to call before each commit. In the same transaction it writes a job for each event of a conversation
 * and each endpoint that receives it and is not disabled; rev 1 of a conversation also gives `conversation.created`. It
 * skips all other events. It also removes or replaces bodies of deleted and edited messages in earlier deliveries. If
 * it rejects, the transaction must not be committed.
 */
export function createOutbox({ endpoints, disabled, jobs }: OutboxOptions) {
  return async ({ store, now, deliveries }: RunningTransaction): Promise<void> => {
    const timestamp = new Date(now).toISOString()
    const rows: NewJob[] = []
    const write = (type: WebhookType, data: ConversationChange) => {
      const receivers = endpoints.filter((endpoint) => endpoint.types.has(type) && !disabled.has(endpoint))
      if (receivers.length === 0) return
      const payload = JSON.stringify({ type, timestamp, data } satisfies WebhookPayload)
      // An event about messages has one message.
      const about = data.messages?.[0]?.id
      for (const { kind } of receivers) rows.push({ kind, key: data.conversationId, payload, about })
    }
    const changed: Message[] = []
    for (const { name, payload, audience } of deliveries) {
      if (!('membershipRev' in audience)) continue
      const change = payload as ConversationChange
      // The first change of a conversation, in which its members join, also creates it.
      if (change.rev === 1) write('conversation.created', await withSettings(store, change))
      write(name as WebhookType, change)
      if (name === 'message.deleted' || name === 'message.updated') changed.push(...(change.messages ?? []))
    }
    await jobs.add(store, rows)
    // Only now, after the lines are locked: settling a try locks in the same order, so that neither deadlocks the
    // other.
    await takeEarlierBodies(store, changed)
  }
}

async function takeEarlierBodies(store: Store, changed: readonly Message[]): Promise<void> {
  const gone = changed.filter(({ body }) => body === null).map(({ id }) => id)
  if (gone.length > 0) await takeBodies(store, gone)
  for (const { id, body } of changed) if (body) await takeBodies(store, [id], body)
}

async function withSettings(store: Store, change: ConversationChange): Promise<ConversationChange> {
  const conversation = await store.conversations.shown(change.conversationId)
  return conversation ? { ...change, conversation } : change
}
