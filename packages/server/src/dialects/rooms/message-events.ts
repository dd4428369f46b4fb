import { type Message, operations } from '@parley/protocol'
import { type Fields, readField, readFields, readText } from '../argument.ts'
import { type IncomingResult, later, type Plan, type PlanCaller, refuse, run } from '../dialect.ts'
import { makeMessageId } from '../message-id.ts'
import { openDirect } from './direct.ts'
import { peopleIn, toDirectMessage, toRoomMessage } from './entities.ts'

const Draft = operations['message.send'].input.omit({ conversationId: true })

/**
 * A message to be sent, validated as the operation does it. The client's `id` is used if it is a valid one, so that it
 * can send again. A direct message opens its conversation first: one that is refused must not leave an empty
 * conversation behind.
 */
const readDraft = (fields: Fields) => {
  const id = Draft.shape.id.safeParse(readField(fields, 'id'))
  const draft = Draft.safeParse({
    id: id.success ? id.data : makeMessageId(),
    type: readField(fields, 'type'),
    body: { kind: 'plain', text: readText(fields, 'content') },
  })
  return draft.success ? draft.data : refuse(draft.error.issues[0]?.message ?? 'this is not a message')
}

/** Marks the messages above a sent one as read. Their clients have no event for reading. */
const readUpTo = ({ conversationId, seq }: Message) => [later('receipt.read', { conversationId, seq })]

/**
 * Plans `message:send`: sends `content` to the room `roomId`, and answers with the message. Afterwards, the messages
 * above it count as read. The client's `id` is used if it is valid, so that sending again stores nothing. Throws a
 * PlanError: `invalid_input` for a wrong field, and the refusals of `message.send`.
 */
export function* sendMessage(argument: unknown, { user }: PlanCaller): Plan<IncomingResult> {
  const fields = readFields(argument)
  const conversationId = readText(fields, 'roomId')
  const { message } = yield* run('message.send', { conversationId, ...readDraft(fields) })
  return { acknowledge: { ok: true, data: toRoomMessage(message, { users: [user] }) }, afterwards: readUpTo(message) }
}

/**
 * Plans `dm:send`: sends `content` to the user `receiverId`, and answers with the message. It opens the direct
 * conversation if there is none, but not for a message that is not valid. Afterwards, the messages above it count as
 * read. The client's `id` is used if it is valid, so that sending again stores nothing. Throws a PlanError:
 * `invalid_input` for a wrong field, and the refusals of opening and sending.
 */
export function* sendDirectMessage(argument: unknown, { user }: PlanCaller): Plan<IncomingResult> {
  const fields = readFields(argument)
  const userId = readText(fields, 'receiverId')
  const draft = readDraft(fields)
  const summary = yield* openDirect(userId)
  const { message } = yield* run('message.send', { conversationId: summary.conversation.id, ...draft })
  const data = toDirectMessage(message, { users: [user] }, peopleIn(summary))
  return { acknowledge: { ok: true, data }, afterwards: readUpTo(message) }
}

/**
 * Plans `message:edit`: replaces the text of `messageId` by `content`, which must not be blank; files and an offer
 * stay. Answers with the ids of the message and its conversation, the latter as `roomId`. Throws a PlanError:
 * `invalid_input` for a wrong field, and the refusals of `message.edit`.
 */
export function* editMessage(argument: unknown): Plan<IncomingResult> {
  const fields = readFields(argument)
  const { message } = yield* run('message.edit', {
    messageId: readText(fields, 'messageId'),
    body: { kind: 'plain', text: readText(fields, 'content') },
  })
  return { acknowledge: { ok: true, data: { messageId: message.id, roomId: message.conversationId } } }
}

/**
 * Plans `message:delete`: deletes `messageId`, and answers with the ids of the message and its conversation, the latter
 * as `roomId`. Throws a PlanError: `invalid_input` for a wrong field, and the refusals of `message.delete`.
 */
export function* deleteMessage(argument: unknown): Plan<IncomingResult> {
  const messageId = readText(readFields(argument), 'messageId')
  const { message } = yield* run('message.delete', { messageId })
  return { acknowledge: { ok: true, data: { messageId: message.id, roomId: message.conversationId } } }
}
