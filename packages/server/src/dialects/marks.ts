import type { Message, Output } from '@parley/protocol'
import { later, type Plan, PlanError, type PlannedOperation, run } from './dialect.ts'
import { findPlaces, type Place } from './message-places.ts'
import { outcomeOf } from './outcome.ts'

type Receipt = Output<'receipt.read'>['receipt']

/** A client reports that its user has received or read a message. */
export interface Mark {
  messageId: string
  status: 'delivered' | 'read'
}

/**
 * Moves the caller's receipts to the latest message that was reported in each conversation; earlier messages count as
 * received or read too. Receipts never move back. Returns the status of each message, or why it was refused, in the
 * order of `marks`.
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

/**
 * Reports that the caller has received the page with the newest messages, newest first. The position stays if messages
 * are missing before the page; without `hasMore`, none are.
 */
export function reportReceived(page: readonly Message[], hasMore: boolean): PlannedOperation[] {
  const [newest, oldest] = [page.at(0), page.at(-1)]
  if (!newest || !oldest) return []
  const { conversationId, seq } = newest
  return [later('receipt.delivered', { conversationId, seq, from: hasMore ? oldest.seq : 1 })]
}

function* moveUpTo(conversationId: string, { delivered, read }: Record<Mark['status'], number>): Plan<Receipt> {
  // Reading includes receiving.
  if (delivered > read) {
    const { receipt } = yield* run('receipt.delivered', { conversationId, seq: delivered })
    if (read === 0) return receipt
  }
  return (yield* run('receipt.read', { conversationId, seq: read })).receipt
}
