import { limits } from '@parley/protocol'
import { type Fields, readField, readFields, readOptionalText, readText } from '../argument.ts'
import { type Anchors, type IncomingResult, later, type Plan, type PlanCaller, refuse, run } from '../dialect.ts'
import { partsOf } from '../message-parts.ts'
import { readDraft } from './draft.ts'
import { nameIn, peopleIn, toListedMessage } from './entities.ts'
import { readHistory, readPage, startOf } from './history.ts'
import { conversationNamed, openNamed, openWith } from './named-conversation.ts'

/** Sends to a conversation or a user, with whom one is opened if needed; then marks what is above it as read. */
export function* sendMessage(argument: unknown, caller: PlanCaller): Plan<IncomingResult> {
  const { user } = caller
  const fields = readFields(argument)
  const [name, receiverId] = [readOptionalText(fields, 'conversationId'), readOptionalText(fields, 'receiverId')]
  const draft = yield* readDraft(fields, caller)
  if (name === undefined && receiverId === undefined) refuse('conversationId must be a text')
  const summary = yield* name === undefined ? openWith(receiverId ?? '') : openNamed(name, user)
  const people = peopleIn(summary)
  if (receiverId !== undefined && !people.includes(receiverId) && people.length > 0)
    refuse('receiverId is not in the conversation')
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

/** A whole number of a payload, from 1; `usual` if it is missing. */
function readNumber(fields: Fields, name: string, usual: number): number {
  const value = readField(fields, name) ?? usual
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) refuse(`${name} must be a number above 0`)
  return value as number
}

/**
 * Answers with messages, newest first: the page of this number if the client counts pages, else those before a cursor.
 * `limit` is cut to 100.
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
  const { anchor, from } = startOf({ page, limit, summary }, anchors)
  const { data } = yield* readPage(summary, { page, limit, from, lent }, toListedMessage)
  return { ...answer({ ...data, nextCursor: data.messages.at(-1)?.id ?? null }), ...(anchor ? { anchor } : {}) }
}
