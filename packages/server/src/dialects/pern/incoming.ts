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
 * They say it once, when the chat is opened, and those who came to share a conversation since the connection hear it then:
 * so it is told also if nothing has changed.
 */
const appear = (status: 'online' | 'offline') =>
  function* (): Plan<IncomingResult> {
    const { presence } = yield* run('presence.set', { status, announce: status === 'online' })
    return { acknowledge: done(toPresence(presence)) }
  }

function* send(argument: unknown, caller: PlanCaller): Plan<IncomingResult> {
  const { entity, afterwards } = yield* sendMessage(readFields(argument), caller)
  return { acknowledge: done(entity), afterwards }
}

/** Their clients mark each message by itself, when they open a conversation all of its messages at once. */
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
  // These carry nothing, so nothing that they carry is wrong.
  'presence:online': { example: undefined, plan: appear('online') },
  'presence:offline': { example: undefined, plan: appear('offline') },
  'chat:message_send': {
    example: { conversationId, contentEncrypted: 'U2VjcmV0', messageType: 'text', encrypted: true },
    isOneCommand: true,
    plan: send,
  },
  'chat:message_delivered': mark('chat:message_delivered'),
  'chat:message_read': mark('chat:message_read'),
  'chat:typing': { example: { conversationId, isTyping: true }, plan: setTyping },
}

export const incoming: Record<string, Incoming> = Object.fromEntries(
  Object.entries(events).map(([name, event]) => [name, { ...event, failed, refusal }]),
)
