import { limits, operations } from '@parley/protocol'
import { type Fields, readField, readFields, readText } from '../argument.ts'
import { type IncomingResult, later, type Plan, type PlanCaller, refuse, run } from '../dialect.ts'
import { makeMessageId } from '../message-id.ts'
import { nameOf, toMessage } from './entities.ts'
import { readHistory } from './history.ts'
import { conversationNamed, openNamed, openWith, peopleIn } from './named-conversation.ts'

const Draft = operations['message.send'].input.omit({ conversationId: true })

/** `content: { text }`, and the plain text that some clients send as `content` or `text`. */
function readContent(fields: Fields): string {
  const content = readField(fields, 'content')
  if (typeof content === 'string') return content
  return content === undefined ? readText(fields, 'text') : readText(readFields(content), 'text')
}

/** Read before a conversation is opened: a message that cannot be sent must not leave an empty one behind. */
function readDraft(fields: Fields) {
  const type = readField(fields, 'messageType') ?? 'text'
  if (type !== 'text') refuse('messageType must be text')
  const id = Draft.shape.id.safeParse(readField(fields, 'id'))
  const body = { kind: 'plain', text: readContent(fields) }
  const draft = Draft.safeParse({ id: id.success ? id.data : makeMessageId(), type, body })
  return draft.success ? draft.data : refuse(draft.error.issues[0]?.message ?? 'this is not a message')
}

const readOptionalText = (fields: Fields, name: string): string | undefined =>
  readField(fields, name) === undefined ? undefined : readText(fields, name)

export function* sendMessage(argument: unknown, { user }: PlanCaller): Plan<IncomingResult> {
  const fields = readFields(argument)
  const [name, receiverId] = [readOptionalText(fields, 'conversationId'), readOptionalText(fields, 'receiverId')]
  const draft = readDraft(fields)
  if (name === undefined && receiverId === undefined) refuse('conversationId must be a text')
  const summary = yield* name === undefined ? openWith(receiverId ?? '') : openNamed(name, user)
  const people = peopleIn(summary)
  if (receiverId !== undefined && !people.includes(receiverId) && people.length > 0)
    refuse('receiverId is not in the conversation')
  const { message } = yield* run('message.send', { conversationId: summary.conversation.id, ...draft })
  const about = { kind: summary.conversation.kind, directUserIds: people }
  const data = toMessage(message, { name: nameOf(message.conversationId, about), people })
  return {
    acknowledge: data,
    unacknowledged: [{ event: 'send_message', payload: data }],
    // Who writes has read what stands above.
    afterwards: [later('receipt.read', { conversationId: message.conversationId, seq: message.seq })],
  }
}

export function* getMessages(argument: unknown, { user }: PlanCaller): Plan<IncomingResult> {
  const fields = readFields(argument)
  const name = readText(fields, 'conversationId')
  const cursor = readOptionalText(fields, 'cursor') ?? readOptionalText(fields, 'before')
  const limit = readField(fields, 'limit') ?? 50
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1)
    return refuse('limit must be a number above 0')
  const data = yield* readHistory(yield* conversationNamed(name, user), { cursor, limit: Math.min(limit, limits.page) })
  return { acknowledge: data, unacknowledged: [{ event: 'get_messages', payload: data }] }
}
