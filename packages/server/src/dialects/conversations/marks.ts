import { type ConversationSummary, limits, type User } from '@parley/protocol'
import { readField, readFields, readText, readTexts } from '../argument.ts'
import { type Outcome, type Plan, PlanError, refuse, run, type Together, together } from '../dialect.ts'
import { findPlaces, type Place, type Places } from '../message-places.ts'
import { outcomeOf } from '../outcome.ts'
import { nameIn } from './entities.ts'
import { conversationNamed } from './named-conversation.ts'

/**
 * A request to mark everything up to the latest of these messages as read: everything there is without a list, and
 * nothing if the list is empty.
 */
interface Reading {
  name: string
  messageIds: string[] | undefined
}

const longestName = 2 * limits.id + 1
/** A client that was away gets up to 1,000 messages at once, and may mark them in one event. */
const mostIds = 1_000

function readReading(argument: unknown): Reading {
  const fields = readFields(argument)
  const name = readText(fields, 'conversationId')
  const messageIds =
    readField(fields, 'messageIds') === undefined ? undefined : readTexts(fields, 'messageIds', mostIds, 0)
  if (name.length > longestName) refuse('conversationId is too long')
  if (messageIds?.some((id) => id.length > limits.id)) refuse('messageIds must hold ids')
  return { name, messageIds }
}

/**
 * Plans waiting `mark_as_read` events together, because some clients send one for each message: the read position of a
 * conversation moves once, to the latest message that any of them names. Without `messageIds` that is the last one of
 * the conversation; an empty list moves nothing. An event is answered with the ids that were found in its conversation,
 * and refused if it names ids and none was found.
 */
export const marks: Together = {
  ...together<Reading>(readReading, function* (readings, { user }) {
    const named = yield* findNamed(readings, user)
    const places = yield* findMessages(readings, named)
    const furthest = new Map<string, number>()
    const ends = readings.map((reading) => endOf(reading, named, places))
    for (const end of ends) {
      if (end instanceof PlanError || end.seq === 0) continue
      furthest.set(end.conversationId, Math.max(end.seq, furthest.get(end.conversationId) ?? 0))
    }
    const refused = new Map<string, PlanError>()
    for (const [conversationId, seq] of furthest) {
      const moved = yield* outcomeOf(run('receipt.read', { conversationId, seq }))
      if (moved instanceof PlanError) refused.set(conversationId, moved)
    }
    return readings.map(({ name }, at): Outcome => {
      const end = ends[at] as End | PlanError
      const error = end instanceof PlanError ? end : refused.get(end.conversationId)
      if (error) return error
      const summary = named.get(name) as ConversationSummary
      const data = { conversationId: nameIn(summary), messageIds: (end as End).messageIds, readBy: user.id }
      return { acknowledge: data, unacknowledged: [{ event: 'mark_as_read', payload: data }] }
    })
  }),
  weightOf: (reading) => Math.ceil(((reading as Reading).messageIds?.length ?? 0) / limits.page),
}

type Named = ReadonlyMap<string, ConversationSummary | PlanError>

function* findNamed(readings: readonly Reading[], user: User): Plan<Named> {
  const named = new Map<string, ConversationSummary | PlanError>()
  for (const { name } of readings) {
    if (!named.has(name)) named.set(name, yield* outcomeOf(conversationNamed(name, user)))
  }
  return named
}

/**
 * The seqs of all messages that are named. The latest page of each conversation is tried first, because most are on it.
 */
function* findMessages(readings: readonly Reading[], named: Named): Plan<Places> {
  const wanted = new Map<string, string[]>()
  for (const { name, messageIds = [] } of readings) {
    const summary = named.get(name)
    if (!summary || summary instanceof PlanError || messageIds.length === 0) continue
    const { id } = summary.conversation
    const ids = wanted.get(id) ?? []
    wanted.set(id, ids)
    ids.push(...messageIds)
  }
  const places: Places = new Map()
  for (const conversationId of wanted.keys()) {
    const page = yield* outcomeOf(run('message.page', { conversationId, limit: limits.page }))
    if (page instanceof PlanError) continue
    for (const { id, seq } of page.messages) places.set(id, { conversationId, seq })
  }
  const left = [...wanted.values()].flat().filter((id) => !places.has(id))
  for (const [id, place] of yield* findPlaces(left)) places.set(id, place)
  return places
}

/** The position up to which a request marks messages as read, and those of its messages that exist. */
interface End extends Place {
  messageIds: string[]
}

/** Skips unknown messages, such as one that was deleted or is not sent yet; refuses a request that names no other. */
function endOf({ name, messageIds }: Reading, named: Named, places: Places): End | PlanError {
  const summary = named.get(name) as ConversationSummary | PlanError
  if (summary instanceof PlanError) return summary
  const { conversation, lastSeq } = summary
  const end: End = { conversationId: conversation.id, seq: messageIds ? 0 : lastSeq, messageIds: [] }
  let refusal: PlanError | undefined
  for (const id of messageIds ?? []) {
    const place = places.get(id) as Place | PlanError
    if (place instanceof PlanError) {
      // It may be known once the rate limit allows to look it up.
      if (place.error.retryAfterMs !== undefined) return place
      refusal ??= place
    } else if (place.conversationId !== conversation.id) refusal ??= ofAnother()
    else {
      end.messageIds.push(id)
      end.seq = Math.max(end.seq, place.seq)
    }
  }
  return refusal && end.messageIds.length === 0 ? refusal : end
}

const ofAnother = () =>
  new PlanError({ code: 'invalid_input', message: 'a message of another conversation', requestId: '' })
