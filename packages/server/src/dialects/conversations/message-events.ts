import { limits } from '@parley/protocol'
import { type Fields, readField, readFields, readOptionalText, readText } from '../argument.ts'
import { type Anchors, type IncomingResult, later, type Plan, type PlanCaller, refuse, run } from '../dialect.ts'
import { partsOf } from '../message-parts.ts'
import { partnerIn } from '../pair-id.ts'
import { readDraft } from './draft.ts'
import { nameIn, peopleIn, toListedMessage } from './entities.ts'
import { readHistory, readPage, startOf } from './history.ts'
import { conversationNamed, openNamed, openWith } from './named-conversation.ts'

/**
 * Plans `send_message`: sends to `conversationId` or, without it, to the user `receiverId`, and answers with the
 * message; opens a direct conversation if two users have none. Refuses (`invalid_input`) a payload with neither, and a
 * `receiverId` that is not in the direct conversation; in a room it is ignored. Nothing is opened for a message that
 * is not valid. Other refusals of opening and sending are thrown. Afterwards, the messages above it count as read.
 */
export function* sendMessage(argument: unknown, caller: PlanCaller): Plan<IncomingResult> {
  const { user } = caller
  const fields = readFields(argument)
  const [name, receiverId] = [readOptionalText(fields, 'conversationId'), readOptionalText(fields, 'receiverId')]
  const draft = yield* readDraft(fields, caller)
  if (name === undefined && receiverId === undefined) refuse('conversationId must be a text')
  // Before the conversation is opened, because a refused message must not leave an empty one behind.
  const partner = name === undefined ? undefined : partnerIn(name, user.id)
  if (partner !== undefined && receiverId !== undefined && ![partner, user.id].includes(receiverId)) refuseReceiver()
  const summary = yield* name === undefined ? openWith(receiverId ?? '') : openNamed(name, user)
  const people = peopleIn(summary)
  if (receiverId !== undefined && !people.includes(receiverId) && people.length > 0) refuseReceiver()
  const { message } = yield* run('message.send', { conversationId: summary.conversation.id, ...draft })
  const around = { name: nameIn(summary), people, ...(yield* partsOf(message)), lent: caller }
  const data = toListedMessage(message, around)
  return {
    acknowledge: data,
    unacknowledged: [{ event: 'send_message', payload: data }],
    // A sender has read the messages above.
    afterwards: [later('receipt.read', { conversationId: message.conversationId, seq: message.seq })],
  }
}

const refuseReceiver = () => refuse('receiverId is not in the conversation')

/** A whole number of a payload, from 1; `usual` if it is missing. */
function readNumber(fields: Fields, name: string, usual: number): number {
  const value = readField(fields, name) ?? usual
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) refuse(`${name} must be a number above 0`)
  return value as number
}

/**
 * Plans `get_messages`: answers with messages, newest first. A `cursor` (or `before`) gives those before a message;
 * otherwise `page` gives a page by its number, and without both it gives the newest. `limit` is 50 by default, and cut
 * to 100. Refuses numbers that are not whole or below 1 (`invalid_input`), and an unknown conversation or cursor
 * (`not_found`). It reports no message as received.
 */
export function* getMessages(argument: unknown, caller: PlanCaller, anchors: Anchors): Plan<IncomingResult> {
  const fields = readFields(argument)
  const name = readText(fields, 'conversationId')
  const cursor = readOptionalText(fields, 'cursor') ?? readOptionalText(fields, 'before')
  const page = readNumber(fields, 'page', 1)
  const limit = Math.min(readNumber(fields, 'limit', 50), limits.page)
  const isCounted = readField(fields, 'page') !== undefined && cursor === undefined
  const summary = yield* conversationNamed(name, caller.user)
  const lent = caller
  const answer = (data: unknown) => ({
    acknowledge: data,
    unacknowledged: [{ event: 'get_messages', payload: data }],
  })
  if (!isCounted) return answer(yield* readHistory(summary, { cursor, limit, lent }))
  const key = `${summary.conversation.id} ${limit}`
  const { anchor, from } = startOf({ page, lastSeq: summary.lastSeq, key, known: anchors.find(key) })
  const { data } = yield* readPage(summary, { page, limit, from, lent }, toListedMessage)
  return { ...answer({ ...data, nextCursor: data.messages.at(-1)?.id ?? null }), ...(anchor ? { anchor } : {}) }
}
