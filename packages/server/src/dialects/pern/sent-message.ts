import { limits, type MemberReceipt } from '@parley/protocol'
import type { Fields } from '../argument.ts'
import { later, type Plan, type PlanCaller, PlanError, type PlannedOperation, run } from '../dialect.ts'
import { readDraft } from './draft.ts'
import { toWholeMessage } from './entities.ts'
import { asParticipant } from './failures.ts'

/**
 * The marks of the first hundred members. What was asked for has been done by then: a message that is stored does not fail
 * because its statuses cannot be told right now.
 */
export function* receiptsOf(conversationId: string): Plan<MemberReceipt[]> {
  try {
    return (yield* run('receipt.list', { conversationId, limit: limits.page })).receipts
  } catch (error) {
    if (error instanceof PlanError) return []
    throw error
  }
}

/** Sends a message, in an event or in a request. Who writes has read what stands above. */
export function* sendMessage(fields: Fields, { user }: PlanCaller) {
  const { message } = yield* asParticipant(run('message.send', readDraft(fields)))
  const { conversationId, seq } = message
  const entity = toWholeMessage(message, { users: [user], receipts: yield* receiptsOf(conversationId) })
  const afterwards: PlannedOperation[] = [later('receipt.read', { conversationId, seq })]
  return { entity, afterwards }
}

/** Of everybody’s marks only those of the caller move: everything up to this message was received, or read. */
export function* markMessage(messageId: string, status: 'delivered' | 'read') {
  const { message } = yield* run('message.get', { messageId })
  const upTo = { conversationId: message.conversationId, seq: message.seq }
  const { receipt } = yield* run(status === 'read' ? 'receipt.read' : 'receipt.delivered', upTo)
  // What was read before stays so.
  return receipt.readSeq >= message.seq ? 'read' : 'delivered'
}
