import { patience } from '@parley/server/testing/patience'
import { expect, test } from 'vitest'
import { Rest } from './rest.ts'
import { connect } from './speaker.ts'
import { stage } from './stage.ts'

const mistaken = (): never => {
  throw new TypeError('undefined is not /srv/parley/secret')
}

/** A vocabulary whose author made every mistake. */
const on = stage({
  dialects: [
    {
      name: 'mistaken',
      claims: [],
      incoming: {
        stumble: {
          example: {},
          plan: function* () {
            yield { operation: 'user.me', input: {} }
            return mistaken()
          },
          failed: ({ code, message }) => [{ event: 'error', payload: { code, message } }],
        },
        stand: {
          example: {},
          plan: function* () {
            yield { operation: 'user.me', input: {} }
            return { acknowledge: 'standing' }
          },
          failed: () => [],
        },
        // The client asks for it when it comes.
        leave: {
          example: {},
          plan: function* () {
            yield* []
            return { acknowledge: 'left' }
          },
          failed: () => [],
        },
      },
      outgoing: { 'message.created': mistaken },
      routes: [
        {
          method: 'GET',
          path: '/chat/stumble',
          example: {},
          plan: function* () {
            yield { operation: 'user.me', input: {} }
            return mistaken()
          },
        },
      ],
      routeFailed: ({ code, message }) => ({ status: 500, body: { code, message } }),
    },
  ],
})

const told = { code: 'internal', message: expect.not.stringContaining('secret') }

test('an error in a dialect fails the one request, reveals no internals, and stops nothing else', async () => {
  const signedIn = await on.signUp()
  const speaker = await connect(on.server(), '000', signedIn)
  const { socket, inbox } = speaker
  socket.emit('stumble')
  expect(await inbox.next('error')).toEqual(told)
  expect(await socket.timeout(patience.waitMs).emitWithAck('stumble')).toEqual({ ok: false, error: told })
  expect(await socket.timeout(patience.waitMs).emitWithAck('stand')).toBe('standing')
  const rest = new Rest(on.server().url, signedIn.accessToken)
  expect(await rest.get('/chat/stumble')).toMatchObject({ status: 500, body: told })
  socket.close()
})

test('an error in a translation does not affect native clients', async () => {
  const [signedIn, other] = [await on.signUp(), await on.signUp()]
  const { socket } = await connect(on.server(), '000', other)
  const ana = await on.server().connect(signedIn)
  const { summary } = await ana.ask('conversation.openDirect', { userId: other.user.id })
  const conversationId = summary.conversation.id
  for (const id of ['019a0000-0000-7000-8000-000000000001', '019a0000-0000-7000-8000-000000000002']) {
    await ana.ask('message.send', { conversationId, id, body: { kind: 'plain', text: 'Hello' } })
    await ana.heard('message.created', ({ messages }) => messages?.[0]?.id === id)
  }
  socket.close()
})
