import { readField, readFields, readText } from '../argument.ts'
import { type Incoming, type IncomingResult, type Plan, type PlanCaller, refuse, run } from '../dialect.ts'
import { toPresence } from './entities.ts'
import { asParticipant, failed, refusal } from './failures.ts'
import { markMessage, sendMessage } from './sent-message.ts'

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

const mark = (status: 'delivered' | 'read') =>
  function* (argument: unknown): Plan<IncomingResult> {
    const messageId = readText(readFields(argument), 'messageId')
    return { acknowledge: done({ messageId, status: yield* markMessage(messageId, status) }) }
  }

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
    plan: send,
  },
  'chat:message_delivered': { example: { messageId }, plan: mark('delivered') },
  'chat:message_read': { example: { messageId }, plan: mark('read') },
  'chat:typing': { example: { conversationId, isTyping: true }, plan: setTyping },
}

export const incoming: Record<string, Incoming> = Object.fromEntries(
  Object.entries(events).map(([name, event]) => [name, { ...event, failed, refusal }]),
)
