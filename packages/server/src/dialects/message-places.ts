import { limits, type Output } from '@parley/protocol'
import { type Plan, PlanError, run } from './dialect.ts'
import { outcomeOf } from './outcome.ts'

/** The position of a message. */
export interface Place {
  conversationId: string
  seq: number
}

/** By the id of the message: its position, or why it was refused. */
export type Places = Map<string, Place | PlanError>

/**
 * Returns an entry for each of these ids, once for duplicates: the position of the message, or the PlanError that
 * refused it. Throws no PlanError. After a refusal with a time to wait, all ids that are left get the same one. It
 * needs few operations: once one message is found, it looks for the others in the history behind it.
 */
export function* findPlaces(messageIds: readonly string[]): Plan<Places> {
  const places: Places = new Map()
  // Ids begin with their time, so neighbours in the history are neighbours in this order.
  const left = new Set([...new Set(messageIds)].sort())
  const found = (id: string, place: Place | PlanError) => {
    if (left.delete(id)) places.set(id, place)
  }
  for (const messageId of left) {
    const place = yield* outcomeOf(placeOf(messageId))
    found(messageId, place)
    if (!(place instanceof PlanError)) yield* findBehind(place, left, found)
    // The rate limit would refuse all others too.
    else if (place.error.retryAfterMs !== undefined) for (const id of left) found(id, place)
  }
  return places
}

function* placeOf(messageId: string): Plan<Place> {
  const { message } = yield* run('message.get', { messageId })
  return { conversationId: message.conversationId, seq: message.seq }
}

/** Reads pages behind a position as long as each has at least one of the wanted messages. */
function* findBehind(
  { conversationId, seq }: Place,
  left: ReadonlySet<string>,
  found: (id: string, place: Place) => void,
): Plan<void> {
  let after = seq
  for (let before = left.size + 1; left.size > 0 && left.size < before; ) {
    before = left.size
    const limit = Math.min(limits.page, 2 * left.size)
    const page: Output<'message.page'> | PlanError = yield* outcomeOf(
      run('message.page', { conversationId, after, limit }),
    )
    if (page instanceof PlanError) return
    for (const message of page.messages) found(message.id, { conversationId, seq: message.seq })
    after = page.messages.at(-1)?.seq ?? after
  }
}
