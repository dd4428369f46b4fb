import { limits } from '@parley/protocol'
import { readField, readFields, readOptionalText, readText } from '../argument.ts'
import { type IncomingResult, later, type Plan, type PlanCaller, refuse, run } from '../dialect.ts'
import { partsOf } from '../message-parts.ts'
import { readDraft } from './draft.ts'
import { nameIn, peopleIn, toMessage } from './entities.ts'
import { readHistory } from './history.ts'
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
  const data = toMessage(message, around)
  return {
    acknowledge: data,
    unacknowledged: [{ event: 'send_message', payload: data }],
    // A sender has read the messages above.
    afterwards: [later('receipt.read', { conversationId: message.conversationId, seq: message.seq })],
  }
}

/** Answers with the page before a cursor, newest first. `limit` is cut to 100; a `page` other than 1 is refused. */
export function* getMessages(argument: unknown, caller: PlanCaller): Plan<IncomingResult> {
  const fields = readFields(argument)
  const name = readText(fields, 'conversationId')
  const cursor = readOptionalText(fields, 'cursor') ?? readOptionalText(fields, 'before')
  if ((readField(fields, 'page') ?? 1) !== 1)
    refuse('continue with cursor, the id of the last message, instead of page')
  const limit = readField(fields, 'limit') ?? 50
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1)
    return refuse('limit must be a number above 0')
  const data = yield* readHistory(yield* conversationNamed(name, caller.user), {
    cursor,
    limit: Math.min(limit, limits.page),
    lent: caller,
  })
  return { acknowledge: data, unacknowledged: [{ event: 'get_messages', payload: data }] }
}
