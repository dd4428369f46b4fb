import { describe, expect, test } from 'vitest'
import type { Vocabulary } from './speaker.ts'
import { stage } from './stage.ts'

const on = stage()

const codes: Record<string, string> = {
  'room:join': 'JOIN_FAILED',
  'room:leave': 'LEAVE_FAILED',
  join: 'JOIN_FAILED',
  leave: 'LEAVE_FAILED',
  'message:send': 'SEND_FAILED',
  'message:edit': 'EDIT_FAILED',
  'message:delete': 'DELETE_FAILED',
  'dm:send': 'DM_FAILED',
  'typing:start': 'TYPING_FAILED',
  'typing:stop': 'TYPING_FAILED',
  'presence:update': 'PRESENCE_FAILED',
}

const deep = (levels: number): unknown => {
  let value: unknown = {}
  for (let level = 0; level < levels; level += 1) value = { roomId: value }
  return value
}

/** PostgreSQL takes no NUL, and half a character would come back as another one. */
const unstorable = ['a\u0000b', 'a\ud800b']

const shapes: [string, unknown[]][] = [
  ['no argument', []],
  ['null', [null]],
  ['a number', [7]],
  ['a list', [['x']]],
  ['an empty object', [{}]],
  ['objects as ids', [{ roomId: { $ne: null }, messageId: {}, receiverId: {}, content: {}, rooms: [{}], status: {} }]],
  ['__proto__', [JSON.parse('{"__proto__":{"roomId":"x","messageId":"x","receiverId":"x","content":"x"}}')]],
  ['depth', [deep(1_000)]],
  ['a long text', ['x'.repeat(50_000)]],
  ['an empty text', ['']],
  ...unstorable.map((text): [string, unknown[]] => {
    const fields = { roomId: text, messageId: text, receiverId: text, content: text, status: text }
    return [JSON.stringify(text), [{ ...fields, rooms: [`room:${text}`] }]]
  }),
  ['a binary', [new Uint8Array(64)]],
  ['forty arguments', Array.from({ length: 40 }, () => null)],
]

describe.each<Vocabulary>(['000', '001'])('malformed events of a client of %s', (vocabulary) => {
  test.each(Object.entries(codes))(
    '%s is answered with %s whatever it carries, and disturbs nobody',
    async (event, code) => {
      const [ana, eve] = await Promise.all([on.speak('000'), on.speak(vocabulary)])
      const roomId = await ana.createRoom('General')
      await eve.enterRoom(roomId)
      for (const [, shape] of shapes) {
        eve.socket.emit(event, ...shape)
        expect(await eve.inbox.next('error')).toMatchObject({ code, message: expect.stringMatching(/./) })
      }
      await ana.sendAndHear(roomId, 'undisturbed')
      await eve.inbox.next('message:new', { content: 'undisturbed' })
      expect(ana.inbox.all('error')).toEqual([])
    },
  )

  test('an event that nobody knows, also one named like a part of every object, does nothing', async () => {
    const eve = await on.speak(vocabulary)
    for (const event of ['no:such', '__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])
      eve.socket.emit(event, {})
    await eve.heardAll()
    expect(eve.socket.connected).toBe(true)
  })
})

test.each(unstorable)('D3: no text of a foreign client is kept as another one: %j', async (text) => {
  const [ana, bo] = await Promise.all([on.speak(), on.speak()])
  const roomId = await ana.createRoom('General')
  const messageId = await ana.sendAndHear(roomId, 'good')
  for (const [event, argument, code] of [
    ['message:send', { roomId, content: text }, 'SEND_FAILED'],
    ['dm:send', { receiverId: bo.id, content: text }, 'DM_FAILED'],
    ['message:edit', { messageId, content: text }, 'EDIT_FAILED'],
  ] as const) {
    ana.socket.emit(event, argument)
    expect(await ana.inbox.next('error')).toMatchObject({ code })
  }
  for (const room of [{ name: text }, { name: 'Good', description: text }]) {
    expect((await ana.rest.post('/chat/rooms', room)).status).toBe(400)
  }
  expect((await ana.rest.get('/chat/rooms/a%00b/messages')).status).toBe(400)
  expect((await ana.rest.list(`/chat/rooms/${roomId}/messages`)).body).toMatchObject([{ content: 'good' }])
  expect((await ana.rest.list('/chat/conversations')).body).toEqual([])
})
