import type { Membership, Message } from '@parley/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { enter, openRoom, type Person, say, settled } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'

const { server, ana, bo, cleo } = serverWithPeople(['ana', 'bo', 'cleo'])

const roomWith = async (members: Person[], messages: number) => {
  const conversationId = await openRoom(ana, members)
  for (let i = 0; i < messages; i++) await say(ana, conversationId, `${i}`)
  return conversationId
}

const read = async (person: Person, conversationId: string, seq: number) =>
  (await person.ask('receipt.read', { conversationId, seq })).receipt
const delivered = async (person: Person, conversationId: string, seq: number) =>
  (await person.ask('receipt.delivered', { conversationId, seq })).receipt

const heardBy = (person: Person, conversationId: string) =>
  person.all('receipt.updated').filter((told) => told.conversationId === conversationId)

describe('a receipt mark', () => {
  test('only grows, never passes the last message, and a read message counts as delivered', async () => {
    const last = 9
    const conversationId = await roomWith([bo], last)
    const report = fc.tuple(
      fc.boolean(),
      fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant(Number.MAX_SAFE_INTEGER)),
    )
    let [readSeq, deliveredSeq] = [0, 0]
    await fc.assert(
      fc.asyncProperty(report, async ([isRead, seq]) => {
        const receipt = await (isRead ? read : delivered)(bo, conversationId, seq)
        if (isRead) readSeq = Math.max(readSeq, Math.min(seq, last))
        deliveredSeq = Math.max(deliveredSeq, Math.min(seq, last))
        expect(receipt).toEqual({ userId: bo.id, readSeq, deliveredSeq })
      }),
      { numRuns: 60 },
    )
    const { memberships } = await ana.ask('membership.list', { conversationId })
    expect(memberships.find(({ userId }) => userId === bo.id)).toMatchObject({ readSeq: last, deliveredSeq: last })
  })

  test('becomes the highest of many reports sent at once from several devices', async () => {
    const conversationId = await roomWith([bo], 10)
    const devices = [bo, await enter(server, bo.signedIn)]
    const seqs = [3, 9, 1, 7, 2, 8, 4]
    await Promise.all(seqs.map((seq, i) => read(devices[i % 2] as Person, conversationId, seq)))
    expect(await delivered(bo, conversationId, 0)).toEqual({ userId: bo.id, readSeq: 9, deliveredSeq: 9 })
    await settled(ana)
    const told = heardBy(ana, conversationId).flatMap(({ receipts }) => receipts.map(({ readSeq }) => readSeq))
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect(told.at(-1)).toBe(9)
  })
})

describe('the list of receipts', () => {
  test('has each member’s marks and the times when they last changed', async () => {
    const conversationId = await roomWith([bo, cleo], 3)
    const list = async () => (await ana.ask('receipt.list', { conversationId })).receipts
    const of = async (person: Person) => (await list()).find(({ userId }) => userId === person.id)
    expect(await of(bo)).toMatchObject({ readSeq: 0, deliveredSeq: 0, readAt: null, deliveredAt: null })
    await delivered(bo, conversationId, 2)
    const first = await of(bo)
    expect(first).toMatchObject({ deliveredSeq: 2, deliveredAt: expect.any(Number), readAt: null })
    // What says nothing new moves no time.
    await delivered(bo, conversationId, 1)
    expect(await of(bo)).toEqual(first)
    await read(bo, conversationId, 2)
    expect(await of(bo)).toEqual({ ...first, readSeq: 2, readAt: expect.any(Number) })
    expect(await of(cleo)).toMatchObject({ deliveredSeq: 0, deliveredAt: null })
  })

  test('is read in pages, without former members, by members only', async () => {
    const conversationId = await roomWith([bo, cleo], 1)
    const first = await ana.ask('receipt.list', { conversationId, limit: 2 })
    expect(first).toMatchObject({ receipts: [{}, {}], hasMore: true })
    const rest = await ana.ask('receipt.list', { conversationId, limit: 2, after: first.receipts[1]?.userId })
    expect(rest).toMatchObject({ receipts: [{}], hasMore: false })
    await cleo.ask('membership.leave', { conversationId })
    expect((await ana.ask('receipt.list', { conversationId })).receipts).toHaveLength(2)
    expect(await cleo.reply('receipt.list', { conversationId })).toMatchObject({ error: { code: 'not_found' } })
  })
})

describe('a receipt', () => {
  test('is sent to the members, unless it changes nothing', async () => {
    const conversationId = await roomWith([bo], 3)
    const receipt = await read(bo, conversationId, 2)
    expect(await ana.heard('receipt.updated', (told) => told.conversationId === conversationId)).toEqual({
      conversationId,
      receipts: [receipt],
    })
    await read(bo, conversationId, 1)
    await delivered(bo, conversationId, 2)
    await settled(ana, bo, cleo)
    expect(heardBy(ana, conversationId)).toHaveLength(1)
    expect(heardBy(cleo, conversationId)).toEqual([])
  })

  test('reaches the user’s other devices if it is about reading, and not if about delivery', async () => {
    const conversationId = await roomWith([bo], 3)
    const phone = await enter(server, bo.signedIn)
    const own = () =>
      phone
        .all('account.updated')
        .flatMap(({ memberships }) => memberships.filter((row) => row.conversationId === conversationId))
    await delivered(bo, conversationId, 3)
    await settled(phone)
    expect(own()).toEqual([])
    const before = await bo.ask('sync.run', {})
    await read(bo, conversationId, 2)
    await phone.heard('account.updated', ({ rev }) => rev > before.account.rev)
    expect(own()).toMatchObject([{ userId: bo.id, readSeq: 2, deliveredSeq: 3 }])
    const { account } = await bo.ask('sync.run', { epoch: before.epoch, rev: before.account.rev })
    expect(account.memberships).toMatchObject([{ conversationId, readSeq: 2 }])
  })
})

type Move = { who: number; what: 'send' | 'read' | 'delete' | 'leave' | 'join'; at: number }

/** Unread, counted again from what can be seen: the messages after one's mark that are not one's own and not deleted. */
const recount = (messages: Message[], { userId, readSeq, joinedSeq }: Membership) =>
  messages.filter(
    ({ seq, senderId, deletedAt }) => seq > Math.max(readSeq, joinedSeq) && senderId !== userId && deletedAt === null,
  ).length

test('the number of unread messages equals a recount after any sequence of changes', async () => {
  const people = [ana, bo, cleo]
  const move: fc.Arbitrary<Move> = fc.record({
    who: fc.integer({ min: 0, max: 2 }),
    what: fc.constantFrom('send', 'send', 'send', 'read', 'delete', 'leave', 'join'),
    at: fc.integer({ min: 0, max: 20 }),
  })
  const act = async (conversationId: string, { who, what, at }: Move) => {
    const person = people[who] as Person
    if (what === 'send') await say(person, conversationId)
    else if (what === 'read') await read(person, conversationId, at)
    else if (what === 'leave') await person.ask('membership.leave', { conversationId })
    else if (what === 'join') await person.ask('membership.join', { conversationId })
    else {
      const { messages } = await person.ask('message.page', { conversationId, limit: 100 })
      const message = messages[at]
      if (message) await person.ask('message.delete', { messageId: message.id })
    }
  }
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 5, maxLength: 25 }), async (moves) => {
      const conversationId = await openRoom(ana, [bo, cleo], { visibility: 'public' })
      // A refused move changes nothing.
      for (const one of moves) await act(conversationId, one).catch(() => {})
      for (const person of people) {
        const found = await person.ask('conversation.get', { conversationId }).catch(() => undefined)
        if (!found) continue
        const { messages } = await person.ask('message.page', { conversationId, limit: 100 })
        const own = found.summary.memberships.find(({ userId }) => userId === person.id)
        expect(own).toBeDefined()
        if (own) expect(found.summary.unread).toBe(recount(messages, own))
      }
    }),
    { numRuns: 30 },
  )
})

test('unread messages are counted up to 100', async () => {
  const conversationId = await openRoom(ana, [bo])
  await Promise.all(Array.from({ length: 103 }, (_, i) => say(ana, conversationId, `${i}`)))
  const unread = async () => (await bo.ask('conversation.get', { conversationId })).summary.unread
  expect(await unread()).toBe(100)
  await read(bo, conversationId, 4)
  expect(await unread()).toBe(99)
})
