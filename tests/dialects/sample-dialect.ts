import {
  alone,
  type Dialect,
  type Incoming,
  PlanError,
  run,
  together,
} from '../../packages/server/src/dialects/dialect.ts'
import { makeMessageId } from '../../packages/server/src/dialects/message-id.ts'

const failed: Incoming['failed'] = ({ code }) => [{ event: 'failed', payload: { code } }]
const fieldOf = (argument: unknown, name: string) => String(Object(argument)[name])

/** The conversations of the messages that the sample dialect was asked to translate, one entry for each time. */
export const translated: string[] = []

/** Counts together; refuses what is no number. */
const counts = together<unknown>(
  (argument) => argument,
  function* (values) {
    yield* []
    return values.map((value) =>
      typeof value === 'number'
        ? { acknowledge: { counted: value } }
        : new PlanError({ code: 'invalid_input', message: String(value), requestId: '' }),
    )
  },
)

/** A small vocabulary that uses everything that a dialect can do. */
export const sample: Dialect = {
  name: 'sample',
  claims: ['author'],
  incoming: {
    say: {
      example: { to: 'c', text: 'Hello' },
      plan: function* (argument) {
        const [conversationId, text] = [fieldOf(argument, 'to'), fieldOf(argument, 'text')]
        const id = makeMessageId()
        const { message } = yield* run('message.send', { conversationId, id, body: { kind: 'plain', text } })
        const said = { id: message.id, text }
        return { acknowledge: { success: true, said }, unacknowledged: [{ event: 'say', payload: said }] }
      },
      failed,
      refusal: ({ code }) => ({ success: false, why: code }),
    },
    sit: {
      example: 'c',
      plan: function* (argument) {
        yield* run('conversation.get', { conversationId: String(argument) })
        return { listen: [String(argument)], acknowledge: 'sat' }
      },
      failed,
    },
    stand: {
      example: 'c',
      plan: function* (argument) {
        yield* []
        return { unlisten: [String(argument)], acknowledge: 'stood' }
      },
      failed,
    },
    count: {
      example: 1,
      together: counts,
      plan: alone('count', counts),
      failed: ({ message }) => {
        if (message === 'unspeakable') throw new Error('This vocabulary has no word for it.')
        return [{ event: 'failed', payload: { why: message } }]
      },
    },
  },
  outgoing: {
    'message.created': ({ conversationId, messages = [] }) => {
      translated.push(conversationId)
      return messages.map(({ id, body }) => ({
        event: 'said',
        payload: { id, text: body?.kind === 'plain' ? body.text : '' },
      }))
    },
    'message.updated': ({ messages = [], offers = [] }) =>
      messages.map(({ id }) => ({
        event: 'changed',
        payload: { id, offer: offers.find(({ messageId }) => messageId === id)?.status },
      })),
    'typing.updated': ({ userId, isTyping }, about) => [
      { event: 'writes', payload: { userId, name: about?.username, isTyping }, to: 'joined' },
    ],
  },
  statuses: ({ userId, status, messages, at }) =>
    messages.map(({ id }) => ({ event: 'status', payload: { id, status, by: userId, at } })),
  tellsOffersAsEdits: true,
  spares: 'sender',
  entrance: {
    path: '/socket.io',
    accepted: ({ user }) => [{ event: 'authenticated', payload: { userId: user.id, success: true } }],
    refused: (why) => [{ event: 'failed', payload: { code: 'AUTH_ERROR', why } }],
  },
  routes: [],
  routeFailed: ({ code }) => ({ status: 400, body: { code } }),
}
