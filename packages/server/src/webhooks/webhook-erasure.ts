import type { User } from '@parley/protocol'
import type { WebhookPayload } from '@parley/protocol/features/webhook-types'
import type { Erasure } from '../core/erasure.ts'

const mostAtOnce = 100

/** What they said goes with each message that is deleted; here their profile goes from all that was or will be sent. */
export const webhookErasure: Erasure = {
  ofAccount: async ({ store, caller: { user } }) => {
    const start = `{"id":${JSON.stringify(user.id)},"username":"`
    const named = await store.jobs.withTexts(start, `${start}${user.username}"`, mostAtOnce)
    for (const { place, payload } of named) await store.jobs.replacePayload(place, withoutProfile(payload, user))
    return named.length === mostAtOnce
  },
}

function withoutProfile(payload: string, user: User): string {
  const { data, ...told } = JSON.parse(payload) as WebhookPayload
  const users = data.users?.map((known) => (known.id === user.id ? user : known))
  return JSON.stringify({ ...told, data: { ...data, ...(users && { users }) } })
}
