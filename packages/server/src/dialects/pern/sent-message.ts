import { limits, type MemberReceipt, type Message } from '@parley/protocol'
import { hasParts } from '@parley/protocol/text-rules'
import type { Fields } from '../argument.ts'
import { later, type Plan, type PlanCaller, PlanError, type PlannedOperation, run } from '../dialect.ts'
import type { KnownParts } from '../message-parts.ts'
import { readDraft } from './draft.ts'
import { toWholeMessage } from './entities.ts'
import { asParticipant } from './failures.ts'

/** A message that is stored does not fail because what stands beside it cannot be read right now. */
function* orElse<T>(plan: Plan<T>, instead: T): Plan<T> {
  try {
    return yield* plan
  } catch (error) {
    if (error instanceof PlanError) return instead
    throw error
  }
}

/** The marks of the first hundred members. */
export function* receiptsOf(conversationId: string): Plan<MemberReceipt[]> {
  const none = { receipts: [], hasMore: false }
  return (yield* orElse(run('receipt.list', { conversationId, limit: limits.page }), none)).receipts
}

/** The files of a message that was just sent. */
function* partsOf({ id: messageId, body }: Message): Plan<KnownParts> {
  return body !== null && hasParts(body) ? yield* orElse<KnownParts>(run('message.get', { messageId }), {}) : {}
}

/** Sends a message, in an event or in a request. Who writes has read what stands above. */
export function* sendMessage(fields: Fields, { user }: PlanCaller) {
  const { message } = yield* asParticipant(run('message.send', readDraft(fields)))
  const { conversationId, seq } = message
  const { attachments } = yield* partsOf(message)
  const receipts = yield* receiptsOf(conversationId)
  const entity = toWholeMessage(message, { users: [user], attachments, receipts })
  const afterwards: PlannedOperation[] = [later('receipt.read', { conversationId, seq })]
  return { entity, afterwards }
}
