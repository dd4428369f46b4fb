import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { arriveAll, newId, openDirect, openRoom, type Person, plain, refusalOf, say } from '../../testing/people.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

const become = async (one: Person, other: Person) => {
  await one.ask('contact.request', { userId: other.id })
  await other.ask('contact.accept', { userId: one.id })
}

const sending = (conversationId: string) => ({ conversationId, id: newId(), body: plain('Hello') })

const offerIn = async (person: Person, conversationId: string) => {
  const body = { ...plain('The bathroom'), offer: { amount: 120_000, currency: 'EUR' } }
  return (await person.ask('message.send', { conversationId, id: newId(), body })).message.id
}

/** None of the decisions is made: not the receiver's, and not the maker's. */
const expectUndecided = async (maker: Person, receiver: Person, conversationId: string, messageId: string) => {
  for (const [person, decision] of [
    [receiver, 'accept'],
    [receiver, 'decline'],
    [maker, 'withdraw'],
  ] as const) {
    expect(await refusalOf(person, 'offer.decide', { messageId, decision })).toMatchObject({ code: 'no_contact' })
  }
  expect((await maker.ask('message.page', { conversationId })).offers).toMatchObject([{ messageId, status: 'open' }])
}

describe('a server where only contacts may write to each other', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ directMessages: 'contacts' })
  })
  afterAll(() => server.close())

  test('a direct conversation can be opened with a contact only', async () => {
    const [ana, bo] = await arriveAll(server, 'ana', 'bo')
    expect(await refusalOf(ana, 'conversation.openDirect', { userId: bo.id })).toMatchObject({ code: 'no_contact' })
    await ana.ask('contact.request', { userId: bo.id })
    expect(await refusalOf(ana, 'conversation.openDirect', { userId: bo.id })).toMatchObject({ code: 'no_contact' })
    await bo.ask('contact.accept', { userId: ana.id })
    await say(ana, await openDirect(ana, bo))
  })

  test('after a contact ends, both can read but not send, edit or react until they are contacts again', async () => {
    const [ana, bo] = await arriveAll(server, 'ana', 'bo')
    await become(ana, bo)
    const conversationId = await openDirect(ana, bo)
    const mine = await say(ana, conversationId)
    await bo.ask('contact.remove', { userId: ana.id })
    for (const person of [ana, bo]) {
      expect((await person.ask('message.page', { conversationId })).messages).toHaveLength(1)
      expect(await refusalOf(person, 'message.send', sending(conversationId))).toMatchObject({ code: 'no_contact' })
    }
    expect(await refusalOf(ana, 'message.edit', { messageId: mine.id, body: plain('x') })).toMatchObject({
      code: 'no_contact',
    })
    expect(await refusalOf(bo, 'reaction.add', { messageId: mine.id, emoji: '👍' })).toMatchObject({
      code: 'no_contact',
    })
    await ana.ask('message.delete', { messageId: mine.id })
    await become(bo, ana)
    await say(ana, conversationId)
  })

  test('after a contact ends, an offer is not decided, and its maker can only delete it', async () => {
    const [ana, bo] = await arriveAll(server, 'ana', 'bo')
    await become(ana, bo)
    const conversationId = await openDirect(ana, bo)
    const messageId = await offerIn(ana, conversationId)
    await bo.ask('contact.remove', { userId: ana.id })
    await expectUndecided(ana, bo, conversationId, messageId)
    await ana.ask('message.delete', { messageId })
    await become(ana, bo)
    const another = await offerIn(ana, conversationId)
    const { offer } = await bo.ask('offer.decide', { messageId: another, decision: 'accept' })
    expect(offer).toMatchObject({ status: 'accepted' })
  })

  test('rooms and one’s own conversation do not require a contact', async () => {
    const [ana, bo] = await arriveAll(server, 'ana', 'bo')
    // Somebody who is no contact is invited, and comes by their own act.
    const room = await openRoom(ana, [bo])
    await bo.ask('membership.join', { conversationId: room })
    await say(bo, room)
    await say(ana, await openDirect(ana, ana))
  })
})

test('an offer is not decided across a block by either person, and in a room it is', async () => {
  const server = await startTestServer()
  const [ana, bo] = await arriveAll(server, 'ana', 'bo')
  const conversationId = await openDirect(ana, bo)
  const messageId = await offerIn(ana, conversationId)
  const room = await openRoom(ana, [bo])
  const inRoom = await offerIn(ana, room)
  await ana.ask('block.add', { userId: bo.id })
  await expectUndecided(ana, bo, conversationId, messageId)
  const { offer } = await bo.ask('offer.decide', { messageId: inRoom, decision: 'accept' })
  expect(offer).toMatchObject({ status: 'accepted' })
  await ana.ask('block.remove', { userId: bo.id })
  const { offer: later } = await bo.ask('offer.decide', { messageId, decision: 'decline' })
  expect(later).toMatchObject({ status: 'declined' })
  await server.close()
})

test('where anybody may write, an ended contact changes nothing', async () => {
  const server = await startTestServer()
  const [ana, bo] = await arriveAll(server, 'ana', 'bo')
  const conversationId = await openDirect(ana, bo)
  await become(ana, bo)
  await ana.ask('contact.remove', { userId: bo.id })
  await say(bo, conversationId)
  await server.close()
})

describe('a host’s mayWrite()', () => {
  const asked: [from: string, to: string][] = []
  let answer: (from: string, to: string) => boolean | Promise<boolean> = () => true
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({
      // It stands in the place of the setting.
      directMessages: 'contacts',
      mayWrite: (from, to) => {
        asked.push([from, to])
        return answer(from, to)
      },
      timing: { mayWriteMs: 50 },
    })
  })
  afterAll(() => server.close())

  test('is asked before a direct conversation is opened and before each message, but never for a room', async () => {
    answer = () => true
    const [ana, bo] = await arriveAll(server, 'ana', 'bo')
    asked.length = 0
    const conversationId = await openDirect(ana, bo)
    await say(bo, conversationId)
    expect(asked).toEqual([
      [ana.id, bo.id],
      [bo.id, ana.id],
    ])
    const room = await openRoom(ana, [bo])
    await say(ana, room)
    expect(asked).toHaveLength(2)
  })

  test('refuses decisions on offers, too', async () => {
    answer = () => true
    const [ana, bo] = await arriveAll(server, 'ana', 'bo')
    const conversationId = await openDirect(ana, bo)
    const messageId = await offerIn(ana, conversationId)
    answer = () => false
    await expectUndecided(ana, bo, conversationId, messageId)
    answer = () => true
    asked.length = 0
    await bo.ask('offer.decide', { messageId, decision: 'accept' })
    expect(asked).toEqual([[bo.id, ana.id]])
  })

  test('refuses from the next message on', async () => {
    answer = () => true
    const [ana, bo] = await arriveAll(server, 'ana', 'bo')
    const conversationId = await openDirect(ana, bo)
    answer = (from) => from !== ana.id
    expect(await refusalOf(ana, 'message.send', sending(conversationId))).toMatchObject({ code: 'no_contact' })
    await say(bo, conversationId)
    expect((await bo.ask('message.page', { conversationId })).messages).toHaveLength(1)
  })

  test.each([
    ['throws', () => Promise.reject(new Error('down'))],
    ['never answers', () => new Promise<boolean>(() => {})],
  ])('that %s lets no message through, with an error that says to try again', async (_, how) => {
    answer = () => true
    const [ana, bo] = await arriveAll(server, 'ana', 'bo')
    const conversationId = await openDirect(ana, bo)
    answer = how
    expect(await refusalOf(ana, 'message.send', sending(conversationId))).toMatchObject({
      code: 'unavailable',
      retryAfterMs: 1_000,
    })
    answer = () => true
    expect((await bo.ask('message.page', { conversationId })).messages).toEqual([])
  })

  test('refuses with any answer but true', async () => {
    answer = () => 'yes' as unknown as boolean
    const [ana, bo] = await arriveAll(server, 'ana', 'bo')
    expect(await refusalOf(ana, 'conversation.openDirect', { userId: bo.id })).toMatchObject({ code: 'no_contact' })
  })

  test('is also asked when a block ends just before the message', async () => {
    answer = () => true
    const [ana, bo] = await arriveAll(server, 'ana', 'bo')
    const conversationId = await openDirect(ana, bo)
    await ana.ask('block.add', { userId: bo.id })
    answer = () => false
    asked.length = 0
    const both = await Promise.allSettled([
      ana.ask('block.remove', { userId: bo.id }),
      ana.ask('message.send', sending(conversationId)),
    ])
    expect(both).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'no_contact' } }])
    expect(asked).toEqual([[ana.id, bo.id]])
    expect((await bo.ask('message.page', { conversationId })).messages).toEqual([])
  })

  test('keeps the order of one person’s messages, and a block applies as well', async () => {
    answer = async () => true
    const [ana, bo] = await arriveAll(server, 'ana', 'bo')
    const conversationId = await openDirect(ana, bo)
    const texts = Array.from({ length: 20 }, (_, at) => `message ${at}`)
    await Promise.all(texts.map((text) => say(ana, conversationId, text)))
    const { messages } = await bo.ask('message.page', { conversationId, limit: 100 })
    expect(messages.map(({ body }) => body?.kind === 'plain' && body.text)).toEqual(texts)
    await bo.ask('block.add', { userId: ana.id })
    expect(await refusalOf(ana, 'message.send', sending(conversationId))).toMatchObject({ code: 'no_contact' })
  })
})
