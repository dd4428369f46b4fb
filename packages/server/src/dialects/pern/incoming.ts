import { limits } from '@parley/protocol'
import { readField, readFields, readText } from '../argument.ts'
import {
  alone,
  type Incoming,
  type IncomingResult,
  type Plan,
  type PlanCaller,
  PlanError,
  refuse,
  run,
  together,
} from '../dialect.ts'
import { type Mark, moveMarks } from '../marks.ts'
import { toPresence } from './entities.ts'
import { asParticipant, failed, refusal } from './failures.ts'
import { sendMessage } from './sent-message.ts'

const done = (data: unknown) => ({ success: true, data })

/**
 * Their clients send `presence:online` once, when the chat is opened. It is announced even if the status has not
 * changed, for users who have come to share a conversation since the connection began.
 */
const setStatus = (status: 'online' | 'offline') =>
  function* (): Plan<IncomingResult> {
    const { presence } = yield* run('presence.set', { status, announce: status === 'online' })
    return { acknowledge: done(toPresence(presence)) }
  }

function* send(argument: unknown, caller: PlanCaller): Plan<IncomingResult> {
  const { entity, afterwards } = yield* sendMessage(readFields(argument), caller)
  return { acknowledge: done(entity), afterwards }
}

/** Their clients send an event for each message, also for all messages of a conversation when it is opened. */
const marks = together<Mark>(
  (argument, event) => {
    const messageId = readText(readFields(argument), 'messageId')
    if (messageId.length > limits.id) refuse('messageId is too long')
    return { messageId, status: event === 'chat:message_read' ? 'read' : 'delivered' }
  },
  function* (values) {
    const moved = yield* moveMarks(values)
    return moved.map((mark) => (mark instanceof PlanError ? mark : { acknowledge: done(mark) }))
  },
)

const mark = (event: string) => ({ example: { messageId }, plan: alone(event, marks), together: marks })

function* setTyping(argument: unknown): Plan<IncomingResult> {
  const fields = readFields(argument)
  const [conversationId, isTyping] = [readText(fields, 'conversationId'), readField(fields, 'isTyping')]
  if (typeof isTyping !== 'boolean') return refuse('isTyping must be true or false')
  yield* asParticipant(run('typing.set', { conversationId, isTyping }))
  return { acknowledge: done({ conversationId, isTyping }) }
}

const conversationId = '01970000-0000-7000-8000-000000000001'
const messageId = '01970000-0000-7000-8000-0000000000aa'

const events: Record<string, Omit<Incoming, 'failed' | 'refusal'>> = {
  // Their arguments are ignored, so none is wrong.
  'presence:online': { example: undefined, plan: setStatus('online') },
  'presence:offline': { example: undefined, plan: setStatus('offline') },
  'chat:message_send': {
    example: { conversationId, contentEncrypted: 'U2VjcmV0', messageType: 'text', encrypted: true },
    isOneCommand: true,
    plan: send,
  },
  'chat:message_delivered': mark('chat:message_delivered'),
  'chat:message_read': mark('chat:message_read'),
  'chat:typing': { example: { conversationId, isTyping: true }, plan: setTyping },
}

/**
 * The events that these clients send, by name. A failure is acknowledged by `refusal`, and answered with the events of
 * `failed`.
 */
export const incoming: Record<string, Incoming> = Object.fromEntries(
  Object.entries(events).map(([name, event]) => [name, { ...event, failed, refusal }]),
)
