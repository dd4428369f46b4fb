import type { Message, Output, Reply } from '@parley/protocol'
import { limits } from '@parley/protocol'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  arriveAll,
  newId,
  openDirect,
  openRoom,
  type Person,
  plain,
  refusalOf,
  say,
  settled,
} from '../../testing/people.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

const canary = 'canary'
const lines: string[] = []
let server: TestServer
let ana: Person
let bo: Person
let cleo: Person

beforeAll(async () => {
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  server = await startTestServer({ log })
  ;[ana, bo, cleo] = await arriveAll(server, 'ana', 'bo', 'cleo')
})
afterAll(async () => {
  await server.close()
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.filter((line) => line.includes(canary))).toEqual([])
})

const sealed = (text: string) => ({ kind: 'sealed', ciphertext: `${canary}${text}` }) as const

const seal = async (person: Person, conversationId: string, text: string) =>
  (await person.ask('message.send', { conversationId, id: newId(), body: sealed(text) })).message

const overRest = async <N extends 'message.get' | 'message.send' | 'message.edit'>(
  method: string,
  path: string,
  body?: unknown,
): Promise<Output<N>> => {
  const response = await server.rest(method, path, { token: bo.signedIn.accessToken, body })
  const reply = (await response.json()) as Reply<Output<N>>
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.data
}

const opaque = [
  ['no base64', 'not base64: ==?'],
  ['JSON of another system', '{"iv":"4f","data":"\\u0000\\n"}'],
  ['line ends of both kinds, and none at the end', 'a\r\nb\nc\rd\t'],
  ['blanks around it', '  \u00a0 inside \u3000 '],
  ['combining marks, not put together', 'e\u0301 A\u030a \u1100\u1161\u11a8 \u0928\u093f'],
  ['the same letters, put together', 'é Å 각'],
  ['text from right to left, and marks that turn it', 'שלום \u202e مرحبا \u2067x\u2069'],
  ['characters of four bytes', '😀👩‍👩‍👧🏴󠁧󠁢󠁥󠁮󠁧󠁿𠮷\u{10ffff}'],
  ['control characters and what is no character', '\u0001\u001f\u007f\u0085\ufeff\ufffe\uffff\u{1fffe}'],
  ['what means something elsewhere', `'; drop table messages; -- <b>&amp;</b> %00 \\x00 $1 :name ?`],
] as const

test.each(opaque)('%s is returned byte for byte by every way of reading', async (_, text) => {
  const conversationId = await openRoom(ana, [bo])
  const before = await bo.ask('sync.run', {})
  const message = await seal(ana, conversationId, text)
  const same = (found: Message | null | undefined) => {
    expect(found?.body).toEqual(sealed(text))
    expect(Buffer.from(JSON.stringify(found?.body))).toEqual(Buffer.from(JSON.stringify(sealed(text))))
  }
  same(message)
  same((await bo.heard('message.created', (change) => change.conversationId === conversationId)).messages?.[0])
  same((await bo.ask('message.get', { messageId: message.id })).message)
  same((await bo.ask('message.page', { conversationId })).messages.at(-1))
  same((await bo.ask('conversation.get', { conversationId })).summary.lastMessage)
  same((await overRest<'message.get'>('GET', `/messages/${message.id}`)).message)
  const positions = [{ conversationId, rev: message.rev - 1 }]
  const { changes } = await bo.ask('sync.run', { epoch: before.epoch, rev: before.account.rev, positions })
  same(changes[0]?.messages?.[0])
  const body = sealed(text)
  same(
    (await overRest<'message.send'>('POST', `/conversations/${conversationId}/messages`, { id: newId(), body }))
      .message,
  )
})

test('an edit replaces the ciphertext, and the first message sent again is still recognised', async () => {
  const conversationId = await openDirect(ana, bo)
  const draft = { conversationId, id: newId(), body: sealed('a\r\n') }
  const { message } = await ana.ask('message.send', draft)
  const { message: edited } = await ana.ask('message.edit', { messageId: message.id, body: sealed('b\r\ne\u0301') })
  expect(edited).toMatchObject({ body: sealed('b\r\ne\u0301'), editedAt: expect.any(Number), type: 'text' })
  expect((await bo.heard('message.updated', ({ messages }) => messages?.[0]?.id === message.id)).messages).toEqual([
    edited,
  ])
  expect((await ana.ask('message.send', draft)).message).toEqual(edited)
  expect(await refusalOf(ana, 'message.send', { ...draft, body: sealed('a\n') })).toMatchObject({
    code: 'message_id_conflict',
  })
  const { message: opened } = await ana.ask('message.edit', { messageId: message.id, body: plain('open') })
  expect(opened.body).toEqual(plain('open'))
})

test('the longest ciphertext is accepted, and a longer one is refused', async () => {
  const conversationId = await openDirect(ana, bo)
  const most = limits.textBytes * 2
  const longest = { kind: 'sealed', ciphertext: '€'.repeat(most) } as const
  const { message } = await ana.ask('message.send', { conversationId, id: newId(), body: longest })
  expect((await bo.ask('message.get', { messageId: message.id })).message.body).toEqual(longest)
  const longer = { kind: 'sealed', ciphertext: 'x'.repeat(most + 1) }
  expect(await refusalOf(ana, 'message.send', { conversationId, id: newId(), body: longer })).toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('body.ciphertext'),
  })
})

test.each([
  ['NUL', 'a\u0000b'],
  ['NUL alone', '\u0000'],
  ['half a character', 'a\ud83d'],
  ['halves in the wrong order', '\udc00\ud800'],
])('%s is refused without repeating the content in the error, and nothing is stored', async (_, text) => {
  const conversationId = await openRoom(ana, [bo])
  const { id: messageId } = await say(ana, conversationId)
  const refused = {
    code: 'invalid_input',
    message: 'body.ciphertext: must be well-formed Unicode without NUL',
  }
  expect(await refusalOf(ana, 'message.send', { conversationId, id: newId(), body: sealed(text) })).toEqual(refused)
  expect(await refusalOf(ana, 'message.edit', { messageId, body: sealed(text) })).toEqual(refused)
  await settled(bo)
  expect((await bo.ask('message.page', { conversationId })).messages).toHaveLength(1)
})

test('only members can read it, and no error contains any of it', async () => {
  const conversationId = await openRoom(ana, [bo])
  const message = await seal(ana, conversationId, 'for two')
  expect(await refusalOf(cleo, 'message.get', { messageId: message.id })).toMatchObject({ code: 'not_found' })
  for (const [name, input] of [
    ['message.send', { conversationId, id: newId(), body: sealed('x') }],
    ['message.send', { conversationId, id: newId(), body: { ...sealed('x'), text: canary } }],
    ['message.send', { conversationId: canary, id: newId(), body: sealed('x') }],
    ['message.edit', { messageId: message.id, body: sealed('x') }],
  ] as const) {
    expect(JSON.stringify(await cleo.reply(name, input))).not.toContain(canary)
  }
  await settled(cleo)
  expect(JSON.stringify(cleo.all('message.created'))).not.toContain(canary)
})
