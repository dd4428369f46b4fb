import { limits, type Message } from '@parley/protocol'
import { readField, readFields, readText } from '../argument.ts'
import { toDateOrNull } from '../dates.ts'
import {
  type Answer,
  missing,
  type Plan,
  type PlanCaller,
  PlanError,
  type RequestsTogether,
  type Route,
  type RouteRequest,
  refuse,
  run,
} from '../dialect.ts'
import { type Mark, moveMarks } from '../marks.ts'
import { listAttachments } from './attachments.ts'
import { readBody } from './draft.ts'
import { toReactions, toWholeMessage } from './entities.ts'
import { anchorKey, getHistory } from './history.ts'
import { receiptsOf, sendMessage } from './sent-message.ts'

const ok = (data: unknown, status = 200): Answer => ({ status, body: { success: true, data } })

function* postMessage({ body }: RouteRequest, caller: PlanCaller): Plan<Answer> {
  const { entity, afterwards } = yield* sendMessage(readFields(body), caller)
  return { ...ok(entity, 201), afterwards }
}

function* wholeMessage({ id: messageId }: Message, { addressOf }: PlanCaller) {
  const { message, sender, ...beside } = yield* run('message.get', { messageId })
  return toWholeMessage(message, {
    ...beside,
    users: [sender],
    receipts: yield* receiptsOf(message.conversationId),
    addressOf,
  })
}

function* editMessage({ params, body }: RouteRequest, caller: PlanCaller): Plan<Answer> {
  const edit = { messageId: params.messageId ?? '', body: readBody(readFields(body)) }
  const { message } = yield* run('message.edit', edit)
  return ok(yield* wholeMessage(message, caller))
}

function* deleteMessage({ params }: RouteRequest): Plan<Answer> {
  const { message } = yield* run('message.delete', { messageId: params.messageId ?? '' })
  return ok({
    id: message.id,
    conversation_id: message.conversationId,
    deleted_at: toDateOrNull(message.deletedAt),
  })
}

function readMark({ params, body }: RouteRequest): Mark {
  const status = readText(readFields(body), 'status')
  const { messageId = '' } = params
  if (status !== 'delivered' && status !== 'read') return refuse('status must be delivered or read')
  return messageId.length > limits.id ? missing() : { messageId, status }
}

/** Their clients send a request for each message, also for all messages of a conversation when it is opened. */
const marks: RequestsTogether = {
  read: readMark,
  plan: function* (values, { user }) {
    const moved = yield* moveMarks(values as readonly Mark[])
    return moved.map((mark) =>
      mark instanceof PlanError ? mark : ok({ message_id: mark.messageId, user_id: user.id, status: mark.status }),
    )
  },
}

function* postStatus(request: RouteRequest, caller: PlanCaller): Plan<Answer> {
  const [outcome] = yield* marks.plan([readMark(request)], caller)
  if (outcome instanceof PlanError) throw outcome
  return outcome as Answer
}

const react = (operation: 'reaction.add' | 'reaction.remove') =>
  function* (messageId: string, emoji: string, { user }: PlanCaller, status: number): Plan<Answer> {
    const { reaction } = yield* run(operation, { messageId, emoji })
    const { tallies } = yield* run('message.get', { messageId })
    const reactions = toReactions(messageId, tallies)
    return ok({ message_id: messageId, user_id: user.id, emoji: reaction.emoji, reactions }, status)
  }

/** Adding the same reaction again changes nothing. */
function* addReaction({ params, body }: RouteRequest, caller: PlanCaller): Plan<Answer> {
  const emoji = readField(readFields(body), 'emoji')
  if (typeof emoji !== 'string') return refuse('emoji must be a text')
  return yield* react('reaction.add')(params.messageId ?? '', emoji, caller, 201)
}

function* removeReaction({ params }: RouteRequest, caller: PlanCaller): Plan<Answer> {
  return yield* react('reaction.remove')(params.messageId ?? '', params.emoji ?? '', caller, 200)
}

const conversationId = '01970000-0000-7000-8000-000000000001'
const messageId = '01970000-0000-7000-8000-0000000000aa'
const content = { content_encrypted: 'U2VjcmV0', encrypted: true }
const ofMessage = { messageId }

/** The requests of these clients about messages: history, sending, editing, deleting, statuses, reactions and files. */
export const messageRoutes: Route[] = [
  {
    method: 'GET',
    path: '/api/messages/:conversationId',
    example: { params: { conversationId } },
    plan: getHistory,
    anchorKey,
  },
  {
    method: 'POST',
    path: '/api/messages',
    example: { body: { conversation_id: conversationId, ...content, message_type: 'text' } },
    plan: postMessage,
  },
  {
    method: 'PATCH',
    path: '/api/messages/:messageId',
    example: { params: ofMessage, body: content },
    plan: editMessage,
  },
  { method: 'DELETE', path: '/api/messages/:messageId', example: { params: ofMessage }, plan: deleteMessage },
  {
    method: 'POST',
    path: '/api/messages/:messageId/status',
    example: { params: ofMessage, body: { status: 'read' } },
    plan: postStatus,
    together: marks,
  },
  {
    method: 'POST',
    path: '/api/messages/:messageId/reactions',
    example: { params: ofMessage, body: { emoji: '👍' } },
    plan: addReaction,
  },
  // Our additions: their document has no request for the files of a message, and none to remove a reaction.
  {
    method: 'GET',
    path: '/api/messages/:messageId/attachments',
    example: { params: ofMessage },
    plan: listAttachments,
  },
  {
    method: 'DELETE',
    path: '/api/messages/:messageId/reactions/:emoji',
    example: { params: { messageId, emoji: '👍' } },
    plan: removeReaction,
  },
]
