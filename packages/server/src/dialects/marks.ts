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
 * Moves the caller's receipts to the latest of these messages in each conversation; earlier messages count as received
 * or read too, and receipts never move back. Returns one entry for each mark, in their order: the message with its
 * present status (`read` if it had been read, also for a mark `delivered`), or the PlanError that refused it. Throws no
 * PlanError. A rate limit while messages are looked up refuses all that are left. A later refusal concerns all marks of
 * its conversation, also if one of the two receipts has moved.
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
 * Returns the operation that reports this page as received, or an empty list for an empty page. The caller must run it.
 * `page` has the newest messages of one conversation, newest first. If there are older ones (`hasMore`), the server
 * moves the user's position only if no message is missing between it and the page.
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
