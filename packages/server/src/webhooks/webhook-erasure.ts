import type { User } from '@parley/protocol'
import type { WebhookPayload } from '@parley/protocol/features/webhook-types'
import type { Erasure } from '../core/erasure.ts'
import { isOfWebhook } from './webhook-endpoints.ts'

/** The most jobs in one slice. */
const mostPlaces = 500

/**
 * Puts the erased user, who has no name any more, in place of the profile in all stored deliveries, in slices of 500
 * jobs. Bodies are removed when the messages are deleted.
 */
export const webhookErasure: Erasure = {
  ofAccount: async ({ store, caller: { user } }, from) => {
    const first = await store.jobs.placeAfter(from)
    if (first === undefined) return undefined
    const last = first + mostPlaces - 1
    for (const { place, kind, payload } of await store.jobs.withText(JSON.stringify(user.id), first, last)) {
      const changed = isOfWebhook(kind) ? withoutProfile(payload, user) : payload
      if (changed !== payload) await store.jobs.replacePayload(place, changed)
    }
    return last
  },
}

function withoutProfile(payload: string, user: User): string {
  const { data, ...envelope } = JSON.parse(payload) as WebhookPayload
  const users = data.users?.map((known) => (known.id === user.id ? user : known))
  return JSON.stringify({ ...envelope, data: { ...data, ...(users && { users }) } })
}
