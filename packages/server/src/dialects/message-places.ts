import { limits, type Output } from '@parley/protocol'
import { type Plan, PlanError, run } from './dialect.ts'
import { outcomeOf } from './outcome.ts'

export interface Place {
  conversationId: string
  seq: number
}

/** The places of messages, or why they are not told, by their ids. */
export type Places = Map<string, Place | PlanError>

/** Looks up many messages. Those that stand near each other are found by reading the history from one of them on. */
export function* findPlaces(messageIds: readonly string[]): Plan<Places> {
  const places: Places = new Map()
  // Ids begin with their time: in this order what stands together comes together.
  const left = new Set([...new Set(messageIds)].sort())
  const found = (id: string, place: Place | PlanError) => {
    if (left.delete(id)) places.set(id, place)
  }
  for (const messageId of left) {
    const place = yield* outcomeOf(placeOf(messageId))
    found(messageId, place)
    if (!(place instanceof PlanError)) yield* findBehind(place, left, found)
    // Who is too fast is so for each of them.
    else if (place.error.retryAfterMs !== undefined) for (const id of left) found(id, place)
  }
  return places
}

function* placeOf(messageId: string): Plan<Place> {
  const { message } = yield* run('message.get', { messageId })
  return { conversationId: message.conversationId, seq: message.seq }
}

/** Reads on as long as a page has some of those that are left. */
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
