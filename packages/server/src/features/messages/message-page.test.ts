import { limits, type Message, type Output, type SideRows } from '@parley/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newId, openRoom, say } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'

const { ana, bo } = serverWithPeople(['ana', 'bo'])

interface Query {
  before?: number
  after?: number
  around?: number
  limit?: number
}

/** What a page is, said of an array. */
function pageOf(
  all: Message[],
  { before, after, around, limit = 50 }: Query,
): Omit<Output<'message.page'>, keyof SideRows> {
  const older = all.filter(({ seq }) => seq < (before ?? around ?? Number.POSITIVE_INFINITY))
  const newer = all.filter(({ seq }) => seq > (after ?? (around ?? 0) - 1))
  const behind = Math.max(limit - Math.min(newer.length, Math.ceil(limit / 2)), 0)
  const messages =
    after !== undefined
      ? newer.slice(0, limit)
      : around === undefined
        ? older.slice(-limit)
        : [...older.slice(-behind || older.length), ...newer].slice(0, limit)
  const [oldest, newest] = [messages[0], messages.at(-1)]
  const exists = all.length > 0
  return {
    messages,
    hasBefore: oldest ? oldest !== all[0] : exists && after !== undefined,
    hasAfter: newest ? newest !== all.at(-1) : exists && before !== undefined,
  }
}

const filled = async (count: number): Promise<{ conversationId: string; all: Message[] }> => {
  const conversationId = await openRoom(ana, [bo])
  const all: Message[] = []
  for (let i = 0; i < count; i++) all.push(await say(i % 3 === 0 ? bo : ana, conversationId, `${i}`))
  return { conversationId, all }
}

test('a page before, after or around any position and with any limit is the matching slice of all messages', async () => {
  const rooms = await Promise.all([0, 1, 2, 3, 10, 120].map(filled))
  const place = fc.oneof(
    fc.integer({ min: 0, max: 14 }),
    fc.integer({ min: 100, max: 125 }),
    fc.constant(Number.MAX_SAFE_INTEGER),
  )
  const limit = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constantFrom(50, 99, 100), fc.constant(undefined))
  const query = fc.oneof(
    fc.record({ limit }),
    fc.record({ before: place, limit }),
    fc.record({ after: place, limit }),
    fc.record({ around: place, limit }),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...rooms), query, async ({ conversationId, all }, asked) => {
      const { users, ...page } = await bo.ask('message.page', { conversationId, ...asked })
      const { messages, hasBefore, hasAfter } = page
      expect({ messages, hasBefore, hasAfter }).toEqual(pageOf(all, asked))
      expect(users.map(({ id }) => id).sort()).toEqual([...new Set(messages.map((m) => m.senderId))].sort())
    }),
    { numRuns: 600 },
  )
})

test('reading backwards in pages returns each message once, while others are being sent', async () => {
  const { conversationId, all } = await filled(23)
  const met: Message[] = []
  let before: number | undefined
  for (let more = true; more; ) {
    const page = await bo.ask('message.page', { conversationId, before, limit: 5 })
    await say(ana, conversationId, 'meanwhile')
    met.unshift(...page.messages)
    before = page.messages[0]?.seq
    more = page.hasBefore
  }
  expect(met).toEqual(all)
})

/** As many bytes in JSON as a message can have: each of these characters is written as six. */
const longest = { kind: 'sealed', ciphertext: '\u0001'.repeat(2 * limits.textBytes) } as const

test('a page of very long messages has those that fit, the nearest to its place, and further pages have the others', async () => {
  const conversationId = await openRoom(ana, [bo])
  for (let i = 0; i < 25; i++) await ana.ask('message.send', { conversationId, id: newId(), body: longest })
  const pageOf = async (place: object) => {
    const page = await bo.ask('message.page', { conversationId, ...place, limit: 25 })
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThanOrEqual(limits.pageBytes)
    return { ...page, seqs: page.messages.map(({ seq }) => seq) }
  }
  const all = Array.from({ length: 25 }, (_, i) => i + 1)
  const latest = await pageOf({})
  const [oldest = 0] = latest.seqs
  expect(latest).toMatchObject({ seqs: all.slice(oldest - 1), hasBefore: true, hasAfter: false })
  expect(oldest).toBeLessThan(20)
  const { seqs: newer } = await pageOf({ after: 0 })
  expect(newer).toEqual(all.slice(0, newer.length))
  const { seqs: rest, hasAfter } = await pageOf({ after: newer.at(-1) })
  expect([...newer, ...rest, ...(hasAfter ? (await pageOf({ after: rest.at(-1) })).seqs : [])]).toEqual(all)
  const { seqs: around } = await pageOf({ around: 12 })
  expect(around).toContain(12)
  expect(around).toEqual(all.slice((around[0] ?? 0) - 1, around.at(-1)))
})

test('a page around a message contains that message, even with a limit of one', async () => {
  const { conversationId, all } = await filled(3)
  for (const message of all) {
    const { messages } = await bo.ask('message.page', { conversationId, around: message.seq, limit: 1 })
    expect(messages).toEqual([message])
  }
})

test.each([
  { before: 1, after: 1 },
  { around: 1, before: 1 },
  { limit: 0 },
  { limit: 101 },
  { limit: 1.5 },
  { before: -1 },
  { before: 'last' },
])('%j is refused as a request for a page', async (query) => {
  const { conversationId } = await filled(1)
  expect(await bo.reply('message.page', { conversationId, ...query })).toMatchObject({
    error: { code: 'invalid_input' },
  })
})

test('the latest messages of several conversations leave out deleted ones and other people’s conversations', async () => {
  const [talked, silent, emptied, hidden] = [
    await openRoom(ana, [bo]),
    await openRoom(ana),
    await openRoom(ana),
    await openRoom(bo),
  ]
  const invited = await openRoom(bo)
  await bo.ask('membership.invite', { conversationId: invited, userIds: [ana.id] })
  for (const conversationId of [hidden, invited]) await say(bo, conversationId, 'Psst')
  const left = await say(ana, talked, 'This stays')
  await bo.ask('reaction.add', { messageId: left.id, emoji: '👍' })
  for (const conversationId of [talked, talked, emptied]) {
    const { id: messageId } = await say(ana, conversationId, 'This goes')
    await ana.ask('message.delete', { messageId })
  }
  const conversationIds = [silent, talked, hidden, emptied, invited, talked, 'nowhere']
  const latest = await ana.ask('message.latest', { conversationIds })
  expect(latest).toMatchObject({ messages: [left], users: [ana.user], tallies: [{ messageId: left.id, count: 1 }] })
  expect(latest.messages).toHaveLength(1)
})

test('the latest messages that one answer has no room for are left for the next', async () => {
  const rooms = await Promise.all(Array.from({ length: 20 }, () => openRoom(ana)))
  const sent = await Promise.all(
    rooms.map(
      async (conversationId) => (await ana.ask('message.send', { conversationId, id: newId(), body: longest })).message,
    ),
  )
  const first = await ana.ask('message.latest', { conversationIds: rooms })
  expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThan(limits.pageBytes + 250_000)
  expect(first.rest.length).toBeGreaterThan(0)
  const second = await ana.ask('message.latest', { conversationIds: first.rest })
  expect([...first.messages, ...second.messages]).toEqual(sent)
})
