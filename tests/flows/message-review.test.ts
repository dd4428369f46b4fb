import type { BeforeMessage, MessageForReview, MessageReview } from '@parley/server'
import { startTestServer, type TestServer } from '@parley/server/testing'
import {
  arriveAll,
  newId,
  newName,
  openDirect,
  openRoom,
  type Person,
  plain,
  refusalOf,
  say,
} from '@parley/server/testing/people'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../dialects/speaker.ts'

/*
 * A host application that reviews each message before it is stored, however it was sent.
 */

let review: BeforeMessage
let asked: MessageForReview[]
let server: TestServer
let open: TestServer
let [ana, bo] = [] as unknown as [Person, Person]

const options = {
  beforeMessage: (message: MessageForReview) => {
    asked.push(structuredClone(message))
    return review(message)
  },
}

beforeAll(async () => {
  server = await startTestServer(options)
  ;[ana, bo] = await arriveAll(server, 'ana', 'bo')
  open = await startTestServer({ ...options, beforeMessageFails: 'open', timing: { beforeMessageMs: 1 } })
})
afterAll(() => Promise.all([server.close(), open.close()]))
beforeEach(() => {
  asked = []
  review = ({ text }) => {
    if (text?.includes('spam')) return { refuse: 'No spam here, please.' }
    return text?.includes('damn') ? { text: text.replace('damn', '****') } : undefined
  }
})

const textOf = ({ body }: { body: unknown }) => (body as { text: string }).text
const send = (person: Person, conversationId: string, text: string, id = newId()) =>
  person.ask('message.send', { conversationId, id, body: plain(text) })

describe('each message, before it is stored', () => {
  test('can be accepted, be refused with a message to its sender, or get another text', async () => {
    const room = await openRoom(ana, [bo])
    expect(textOf(await say(ana, room, 'Good morning'))).toBe('Good morning')
    const refused = { conversationId: room, id: newId(), body: plain('Buy spam') }
    expect(await refusalOf(ana, 'message.send', refused)).toEqual({
      code: 'forbidden',
      message: 'No spam here, please.',
    })
    const message = await say(ana, room, 'Well, damn')
    expect(textOf(message)).toBe('Well, ****')
    await bo.heard('message.created', ({ messages = [] }) => messages[0]?.id === message.id)
    expect(bo.all('message.created').flatMap(({ messages = [] }) => messages.map(textOf))).toEqual([
      'Good morning',
      'Well, ****',
    ])
    expect(message.seq).toBe(2)
    const { username, displayName, avatarUrl, role } = ana.user
    expect(asked[0]).toEqual({
      kind: 'send',
      user: { id: ana.id, username, displayName, avatarUrl, role },
      conversationId: room,
      messageId: expect.any(String),
      text: 'Good morning',
      body: plain('Good morning'),
    })
  })

  test('is also reviewed when it is edited', async () => {
    const room = await openRoom(ana, [bo])
    const { id: messageId } = await say(ana, room, 'Good morning')
    const edit = (text: string) => ({ messageId, body: plain(text) })
    expect(await refusalOf(ana, 'message.edit', edit('spam'))).toMatchObject({ code: 'forbidden' })
    expect(textOf((await ana.ask('message.edit', edit('damn'))).message)).toBe('****')
    expect(asked.at(-1)).toMatchObject({ kind: 'edit', conversationId: room, messageId, text: 'damn' })
  })

  test('is reviewed if it is sent over REST, by a foreign client or by the host itself', async () => {
    const room = await openRoom(ana, [bo])
    const { accessToken: token } = ana.signedIn
    const path = `/conversations/${room}/messages`
    const post = (text: string) => server.rest('POST', path, { token, body: { id: newId(), body: plain(text) } })
    expect((await post('spam over REST')).status).toBe(403)
    expect(textOf((await (await post('damn over REST')).json()).data.message)).toBe('**** over REST')

    const speaker = await connect(server, '000', ana.signedIn)
    onTestFinished(() => void speaker.socket.disconnect())
    await speaker.enterRoom(room)
    speaker.sendMessage(room, 'spam from elsewhere')
    expect(await speaker.inbox.next('error')).toMatchObject({ message: 'No spam here, please.' })
    speaker.sendMessage(room, 'damn from elsewhere')
    await speaker.inbox.next('message:new', { content: '**** from elsewhere' })

    const asAna = (text: string) =>
      server.parley.as(ana.id).ask('message.send', { conversationId: room, id: newId(), body: plain(text) })
    await expect(asAna('spam of the host')).rejects.toMatchObject({
      code: 'forbidden',
      message: 'No spam here, please.',
    })
    expect(textOf((await asAna('damn of the host')).message)).toBe('**** of the host')
  })

  test('is stored in the order of sending, even if its review takes longer than that of a later message', async () => {
    const room = await openRoom(ana, [bo])
    let answer = () => {}
    const slow = new Promise<undefined>((resolve) => {
      answer = () => resolve(undefined)
    })
    review = ({ text }) => (text === 'first' ? slow : undefined)
    const both = [send(ana, room, 'first'), send(ana, room, 'second')]
    expect(textOf((await send(bo, room, 'of another')).message)).toBe('of another')
    answer()
    expect((await Promise.all(both)).map(({ message }) => message.seq)).toEqual([2, 3])
  })

  test('is reviewed once: a resend gets the stored message', async () => {
    const room = await openRoom(ana, [bo])
    let count = 0
    review = ({ text }) => ({ text: `${text} ${++count}` })
    const id = newId()
    const first = await send(ana, room, 'Hello', id)
    expect(await send(ana, room, 'Hello', id)).toEqual(first)
    expect(textOf(first.message)).toBe('Hello 1')
    expect(await refusalOf(bo, 'message.send', { conversationId: room, id, body: plain('Hello') })).toMatchObject({
      code: 'message_id_conflict',
    })
  })

  test('is not shown to the host if it is refused anyway', async () => {
    const room = await openRoom(ana)
    const { id: messageId } = await say(ana, room)
    asked = []
    const hidden = { conversationId: room, id: newId(), body: plain('Let me in') }
    expect(await refusalOf(bo, 'message.send', hidden)).toMatchObject({ code: 'not_found' })
    expect(await refusalOf(bo, 'message.edit', { messageId, body: plain('x') })).toMatchObject({ code: 'not_found' })
    expect(await refusalOf(ana, 'message.send', { ...hidden, body: plain(' ') })).toMatchObject({
      code: 'invalid_input',
    })
    await ana.ask('message.delete', { messageId })
    expect(await refusalOf(ana, 'message.edit', { messageId, body: plain('x') })).toMatchObject({ code: 'not_found' })
    expect(asked).toEqual([])
  })

  test('is reviewed if the right to send it comes from a request just before it', async () => {
    const name = newName('Open house')
    const { summary } = await ana.ask('conversation.create', { name, visibility: 'public' })
    const { id: conversationId } = summary.conversation
    const [, first, second] = await Promise.allSettled([
      bo.ask('membership.join', { conversationId }),
      send(bo, conversationId, 'spam at once'),
      send(bo, conversationId, 'Well, damn'),
    ])
    expect(first).toMatchObject({ reason: { code: 'forbidden', message: 'No spam here, please.' } })
    expect(second).toMatchObject({ value: { message: { body: plain('Well, ****') } } })
    expect((await ana.ask('message.page', { conversationId })).messages).toHaveLength(1)
  })

  test('cannot be edited before it is stored', async () => {
    const room = await openRoom(ana, [bo])
    const id = newId()
    await Promise.allSettled([
      send(ana, room, 'Good morning', id),
      ana.ask('message.edit', { messageId: id, body: plain('spam after all') }),
    ])
    expect((await bo.ask('message.page', { conversationId: room })).messages.map(textOf)).toEqual(['Good morning'])
  })

  test('that is sealed is shown without a text, and may be refused but not changed', async () => {
    const direct = await openDirect(ana, bo)
    const sealed = () => ({ conversationId: direct, id: newId(), body: { kind: 'sealed', ciphertext: 'x' } as const })
    await ana.ask('message.send', sealed())
    expect(asked[0]).toMatchObject({ text: null, body: { kind: 'sealed' } })
    review = ({ text }) => (text === null ? { refuse: 'Nothing sealed here.' } : undefined)
    expect(await refusalOf(ana, 'message.send', sealed())).toMatchObject({ message: 'Nothing sealed here.' })
    review = () => ({ text: 'opened' })
    expect(await refusalOf(ana, 'message.send', sealed())).toMatchObject({ code: 'unavailable' })
  })
})

const failures: [string, () => unknown][] = [
  ['throws', () => Promise.reject(new Error('the host’s own'))],
  [
    'throws at once',
    () => {
      throw new Error('the host’s own')
    },
  ],
  ['answers with a number', () => 7],
  ['answers with null', () => null],
  ['answers with false', () => false],
  ['answers with a refusal that is no text', () => ({ refuse: true })],
  ['answers with a text that is too long', () => ({ text: 'x'.repeat(20_000) })],
  ['answers with a text that is blank', () => ({ text: ' ' })],
  ['answers with a text that no database can hold', () => ({ text: '\0' })],
]

describe('if the host', () => {
  test.each(failures)(
    '%s, the message is refused as unavailable, or stored if that option is set',
    async (_, answer) => {
      review = answer as () => MessageReview
      const room = await openRoom(ana, [bo])
      const sending = { conversationId: room, id: newId(), body: plain('Hello') }
      const refusal = await refusalOf(ana, 'message.send', sending)
      expect(refusal).toMatchObject({ code: 'unavailable', retryAfterMs: 1_000 })
      expect(JSON.stringify(refusal)).not.toContain('own')
      expect((await bo.ask('message.page', { conversationId: room })).messages).toEqual([])

      const [eve] = await arriveAll(open, 'eve')
      expect(textOf(await say(eve, await openRoom(eve), 'Hello'))).toBe('Hello')
    },
  )

  test('does not answer within the time limit, the same happens', async () => {
    review = () => new Promise(() => {})
    const impatient = await startTestServer({ ...options, timing: { beforeMessageMs: 1 } })
    onTestFinished(() => impatient.close())
    const [eve] = await arriveAll(impatient, 'eve')
    const sending = { conversationId: await openRoom(eve), id: newId(), body: plain('Hello') }
    expect(await refusalOf(eve, 'message.send', sending)).toEqual({
      code: 'unavailable',
      message: 'This message could not be checked in time.',
      retryAfterMs: 1_000,
    })
    const [finn] = await arriveAll(open, 'finn')
    expect(textOf(await say(finn, await openRoom(finn), 'Hello'))).toBe('Hello')
  })
})
