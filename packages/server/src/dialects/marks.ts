import type { Output } from '@parley/protocol'
import { type Plan, PlanError, run } from './dialect.ts'
import { findPlaces, type Place } from './message-places.ts'
import { outcomeOf } from './outcome.ts'

type Receipt = Output<'receipt.read'>['receipt']

/** That somebody has received a message, or has read it. */
export interface Mark {
  messageId: string
  status: 'delivered' | 'read'
}

/**
 * Moves the marks of the caller. A mark is one for each conversation, so of many only the furthest is set; everything up to
 * it was received, or read. What was read before stays so.
 */
export function* moveMarks(marks: readonly Mark[]): Plan<(Mark | PlanError)[]> {
  const places = yield* findPlaces(marks.map(({ messageId }) => messageId))
  const furthest = new Map<string, Record<Mark['status'], number>>()
  for (const { messageId, status } of marks) {
    const place = places.get(messageId)
    if (!place || place instanceof PlanError) continue
    const upTo = furthest.get(place.conversationId) ?? { delivered: 0, read: 0 }
    furthest.set(place.conversationId, { ...upTo, [status]: Math.max(upTo[status], place.seq) })
  }
  const receipts = new Map<string, Receipt | PlanError>()
  for (const [conversationId, upTo] of furthest) {
    receipts.set(conversationId, yield* outcomeOf(moveUpTo(conversationId, upTo)))
  }
  return marks.map(({ messageId }) => {
    const place = places.get(messageId) as Place | PlanError
    if (place instanceof PlanError) return place
    const receipt = receipts.get(place.conversationId) as Receipt | PlanError
    if (receipt instanceof PlanError) return receipt
    return { messageId, status: receipt.readSeq >= place.seq ? 'read' : 'delivered' }
  })
}

function* moveUpTo(conversationId: string, { delivered, read }: Record<Mark['status'], number>): Plan<Receipt> {
  // What is read has been received.
  if (delivered > read) {
    const { receipt } = yield* run('receipt.delivered', { conversationId, seq: delivered })
    if (read === 0) return receipt
  }
  return (yield* run('receipt.read', { conversationId, seq: read })).receipt
}
