import { limits } from '@parley/protocol'
import { readField, readFields, readOptionalText, readText, readTexts } from '../argument.ts'
import { type IncomingResult, later, type Plan, type PlanCaller, PlanError, refuse, run } from '../dialect.ts'
import { besideOf } from './content.ts'
import { hasParts, readDraft } from './draft.ts'
import { nameOf, toMessage } from './entities.ts'
import { readHistory } from './history.ts'
import { conversationNamed, openNamed, openWith, peopleIn } from './named-conversation.ts'

/** A message that is stored does not fail because what stands beside it cannot be read right now. */
function* besideSent(messageId: string) {
  try {
    return yield* run('message.get', { messageId })
  } catch (error) {
    if (error instanceof PlanError) return {}
    throw error
  }
}

export function* sendMessage(argument: unknown, caller: PlanCaller): Plan<IncomingResult> {
  const { user, addressOf } = caller
  const fields = readFields(argument)
  const [name, receiverId] = [readOptionalText(fields, 'conversationId'), readOptionalText(fields, 'receiverId')]
  const draft = yield* readDraft(fields, caller.currency)
  if (name === undefined && receiverId === undefined) refuse('conversationId must be a text')
  const summary = yield* name === undefined ? openWith(receiverId ?? '') : openNamed(name, user)
  const people = peopleIn(summary)
  if (receiverId !== undefined && !people.includes(receiverId) && people.length > 0)
    refuse('receiverId is not in the conversation')
  const { message } = yield* run('message.send', { conversationId: summary.conversation.id, ...draft })
  const about = { kind: summary.conversation.kind, directUserIds: people }
  const shown = hasParts(draft.body) ? yield* besideSent(message.id) : {}
  const around = { name: nameOf(message.conversationId, about), people, ...besideOf(shown, addressOf) }
  const data = toMessage(message, around)
  return {
    acknowledge: data,
    unacknowledged: [{ event: 'send_message', payload: data }],
    // Who writes has read what stands above.
    afterwards: [later('receipt.read', { conversationId: message.conversationId, seq: message.seq })],
  }
}

/** The furthest of these messages; one of another conversation does not show that it exists. */
function* furthestOf(conversationId: string, messageIds: readonly string[]): Plan<number> {
  const { messages } = yield* run('message.page', { conversationId, limit: limits.page })
  const places = new Map(messages.map(({ id, seq }) => [id, seq]))
  let furthest = 0
  for (const messageId of messageIds) {
    let seq = places.get(messageId)
    if (seq === undefined) {
      const { message } = yield* run('message.get', { messageId })
      if (message.conversationId !== conversationId) refuse('a message of another conversation')
      seq = message.seq
    }
    furthest = Math.max(furthest, seq)
  }
  return furthest
}

/** Everything up to the furthest of these messages is read; without messages, everything. */
export function* markAsRead(argument: unknown, { user }: PlanCaller): Plan<IncomingResult> {
  const fields = readFields(argument)
  const name = readText(fields, 'conversationId')
  const messageIds =
    readField(fields, 'messageIds') === undefined ? undefined : readTexts(fields, 'messageIds', limits.page)
  const { conversation, lastSeq } = yield* conversationNamed(name, user)
  const seq = messageIds === undefined ? lastSeq : yield* furthestOf(conversation.id, messageIds)
  yield* run('receipt.read', { conversationId: conversation.id, seq })
  const data = { conversationId: name, messageIds: messageIds ?? [], readBy: user.id }
  return { acknowledge: data, unacknowledged: [{ event: 'mark_as_read', payload: data }] }
}

export function* getMessages(argument: unknown, { user, addressOf }: PlanCaller): Plan<IncomingResult> {
  const fields = readFields(argument)
  const name = readText(fields, 'conversationId')
  const cursor = readOptionalText(fields, 'cursor') ?? readOptionalText(fields, 'before')
  if ((readField(fields, 'page') ?? 1) !== 1) refuse('go on with cursor, the id of the last message, instead of page')
  const limit = readField(fields, 'limit') ?? 50
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1)
    return refuse('limit must be a number above 0')
  const data = yield* readHistory(yield* conversationNamed(name, user), {
    cursor,
    limit: Math.min(limit, limits.page),
    addressOf,
  })
  return { acknowledge: data, unacknowledged: [{ event: 'get_messages', payload: data }] }
}
