import { limits, type MemberReceipt } from '@parley/protocol'
import type { Fields } from '../argument.ts'
import { later, type Plan, type PlanCaller, type PlannedOperation, run } from '../dialect.ts'
import { partsOf } from '../message-parts.ts'
import { orElse } from '../outcome.ts'
import { readDraft } from './draft.ts'
import { toWholeMessage } from './entities.ts'
import { asParticipant } from './failures.ts'

/**
 * Returns the receipts of the first hundred members by user id; an empty list if the read is refused, because the
 * operation before it has succeeded.
 */
export function* receiptsOf(conversationId: string): Plan<MemberReceipt[]> {
  const none = { receipts: [], hasMore: false }
  return (yield* orElse(run('receipt.list', { conversationId, limit: limits.page }), none)).receipts
}

/**
 * Sends a message, for an event or a request, and returns it in their form. `afterwards` has the operation that marks
 * the messages above it as read by its sender; the caller must return it with its answer. Throws a PlanError:
 * `forbidden` if the caller has no such conversation, `invalid_input` for a wrong field, and other refusals of
 * `message.send` unchanged.
 */
export function* sendMessage(fields: Fields, { user, addressOf }: PlanCaller) {
  const { message } = yield* asParticipant(run('message.send', readDraft(fields)))
  const { conversationId, seq } = message
  const parts = yield* partsOf(message)
  const receipts = yield* receiptsOf(conversationId)
  const entity = toWholeMessage(message, { ...parts, users: [user], receipts, addressOf })
  const afterwards: PlannedOperation[] = [later('receipt.read', { conversationId, seq })]
  return { entity, afterwards }
}
