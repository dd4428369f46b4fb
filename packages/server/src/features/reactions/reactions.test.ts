import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Reaction, Tally } from '@parley/protocol'
import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  arrive,
  arriveAll,
  enter,
  newId,
  openDirect,
  openRoom,
  type Person,
  refusalOf,
  say,
  settled,
} from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import { startTestServer } from '../../testing/test-server.ts'
import { topology } from '../../testing/topology.ts'

const { server, ana, bo, cleo } = serverWithPeople(['ana', 'bo', 'cleo'])

const saidIn = async (members: Person[]) => {
  const conversationId = await openRoom(ana, members)
  const { id } = await say(ana, conversationId)
  return { conversationId, messageId: id }
}

const add = (person: Person, messageId: string, emoji = '👍') => person.ask('reaction.add', { messageId, emoji })
const remove = (person: Person, messageId: string, emoji = '👍') => person.ask('reaction.remove', { messageId, emoji })

const shownTo = async (person: Person, conversationId: string): Promise<Tally[]> =>
  (await person.ask('message.page', { conversationId })).tallies

const heardBy = (person: Person, conversationId: string) =>
  [...person.all('reaction.added'), ...person.all('reaction.removed')].filter(
    (change) => change.conversationId === conversationId,
  )

describe('a reaction', () => {
  test('reaches every device of the members with its tally, and nobody else', async () => {
    const { conversationId, messageId } = await saidIn([bo])
    const phone = await enter(server, bo.signedIn)
    // It hears what happens once it was answered.
    await settled(phone)
    const { reaction, tally } = await add(bo, messageId)
    expect(reaction).toEqual({ messageId, userId: bo.id, emoji: '👍', rev: reaction.rev, removed: false })
    const { own, ...everybodys } = tally
    expect({ own, everybodys }).toEqual({
      own: true,
      everybodys: {
        messageId,
        emoji: '👍',
        count: 1,
        userIds: [bo.id],
        firstRev: reaction.rev,
        rev: reaction.rev,
      },
    })
    const change = { conversationId, rev: reaction.rev, reactions: [reaction], tallies: [everybodys], users: [bo.user] }
    for (const person of [ana, bo, phone]) {
      expect(await person.heard('reaction.added', (one) => one.conversationId === conversationId)).toEqual(change)
    }
    await settled(cleo)
    expect(heardBy(cleo, conversationId)).toEqual([])
  })

  test('exists once for each user and emoji; adding or removing it again changes nothing', async () => {
    const { conversationId, messageId } = await saidIn([bo])
    const first = await add(bo, messageId)
    expect(await add(bo, messageId)).toEqual(first)
    const gone = await remove(bo, messageId)
    expect(gone).toMatchObject({ reaction: { removed: true }, tally: { count: 0, userIds: [], own: false } })
    expect(await remove(bo, messageId)).toEqual(gone)
    expect(await remove(ana, messageId, '🎉')).toMatchObject({ tally: { count: 0 } })
    await settled(ana)
    expect(heardBy(ana, conversationId)).toHaveLength(2)
    const { summary } = await ana.ask('conversation.get', { conversationId })
    expect(summary.rev).toBe(gone.reaction.rev)
  })

  test('sent by many at once is counted once for each user', async () => {
    const { conversationId, messageId } = await saidIn([bo, cleo])
    const phone = await enter(server, bo.signedIn)
    await Promise.all([ana, bo, phone, cleo, bo].map((person) => add(person, messageId)))
    const [tally] = await shownTo(ana, conversationId)
    expect(tally).toMatchObject({ count: 3 })
    expect([...(tally?.userIds ?? [])].sort()).toEqual([ana.id, bo.id, cleo.id].sort())
  })

  test('can be added in a direct conversation and to one’s own message', async () => {
    const conversationId = await openDirect(ana, bo)
    const { id } = await say(ana, conversationId)
    await add(ana, id, ':party_parrot:')
    expect(await shownTo(bo, conversationId)).toMatchObject([
      { emoji: ':party_parrot:', own: false, userIds: [ana.id] },
    ])
  })

  test('of a non-member is refused like one to an unknown message', async () => {
    const { conversationId, messageId } = await saidIn([bo])
    await add(bo, messageId)
    const missing = await refusalOf(cleo, 'reaction.add', { messageId: newId(), emoji: '👍' })
    for (const name of ['reaction.add', 'reaction.remove', 'reaction.list']) {
      expect(await refusalOf(cleo, name, { messageId, emoji: '👍' })).toEqual(missing)
    }
    await ana.ask('membership.remove', { conversationId, userId: bo.id })
    expect(await refusalOf(bo, 'reaction.remove', { messageId, emoji: '👍' })).toEqual(missing)
    expect(await shownTo(ana, conversationId)).toMatchObject([{ count: 1, userIds: [bo.id] }])
  })
})

describe('an emoji', () => {
  test.each([
    ['❤', '❤️'],
    ['❤️', '❤️'],
    ['👍️', '👍'],
    ['👍🏽', '👍🏽'],
    ['👩‍❤‍👨', '👩‍❤️‍👨'],
    ['🏃‍♀', '🏃‍♀️'],
    ['🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['🇺🇦', '🇺🇦'],
    ['1⃣', '1️⃣'],
    [':+1:', ':+1:'],
  ])('%s is counted as %s', async (given, counted) => {
    const { messageId } = await saidIn([bo])
    expect((await add(bo, messageId, given)).reaction.emoji).toBe(counted)
    expect((await add(ana, messageId, counted)).tally).toMatchObject({ count: 2 })
  })

  test.each([
    '',
    'a',
    '1',
    '👍👍',
    '👍 ',
    'thumbs',
    ':Party:',
    '::',
    ':a b:',
    `:${'a'.repeat(33)}:`,
    '\u200d',
    '👍\u0000',
  ])('%j is refused', async (emoji) => {
    const { conversationId, messageId } = await saidIn([bo])
    expect(await refusalOf(bo, 'reaction.add', { messageId, emoji })).toMatchObject({ code: 'invalid_input' })
    expect(await shownTo(ana, conversationId)).toEqual([])
  })

  test.each([
    ['👍', '👍'],
    ['%F0%9F%91%8D', '👍'],
    [':party:', ':party:'],
    ['%3A%2B1%3A', ':+1:'],
    ['%23%E2%83%A3', '#️⃣'],
  ])('is %s in a path of REST', async (path, counted) => {
    const { messageId } = await saidIn([bo])
    const at = `/messages/${messageId}/reactions/${path}`
    const { accessToken: token } = bo.signedIn
    expect(await (await server.rest('PUT', at, { token })).json()).toMatchObject({
      data: { reaction: { emoji: counted } },
    })
    expect(await (await server.rest('DELETE', at, { token })).json()).toMatchObject({ data: { tally: { count: 0 } } })
  })

  test.each(['%2F', 'a%2Fb', '%00', '%E0%A4%A', '%F0%9F'])('cannot be %s in a path of REST', async (path) => {
    const { messageId } = await saidIn([bo])
    const { accessToken: token } = bo.signedIn
    const refused = await server.rest('PUT', `/messages/${messageId}/reactions/${path}`, { token })
    expect(await refused.json()).toMatchObject({ error: { code: 'invalid_input' } })
  })

  test('keeps its position from its first use, and a message has at most 20', async () => {
    const { conversationId, messageId } = await saidIn([bo])
    const emoji = Array.from({ length: 21 }, (_, i) => `:e${i}:`)
    const placesOf = (tallies: Tally[]) => tallies.map((tally) => tally.emoji)
    for (const one of emoji.slice(0, 20)) await add(bo, messageId, one)
    expect(await refusalOf(ana, 'reaction.add', { messageId, emoji: emoji[20] })).toMatchObject({
      code: 'limit_reached',
      message: 'A message has at most 20 different emoji.',
    })
    await add(ana, messageId, emoji[3])
    await remove(bo, messageId, emoji[3])
    await remove(bo, messageId, emoji[0])
    await add(bo, messageId, emoji[20])
    await remove(bo, messageId, emoji[1])
    await add(bo, messageId, emoji[0])
    expect(placesOf(await shownTo(bo, conversationId))).toEqual([...emoji.slice(2), emoji[0]])
  })
})

describe('shown reactions', () => {
  test('are part of pages, single messages, the list of conversations and syncs', async () => {
    const { conversationId, messageId } = await saidIn([bo, cleo])
    const { epoch, account } = await bo.ask('sync.run', {})
    const { summary } = await bo.ask('conversation.get', { conversationId })
    const { reaction, tally } = await add(bo, messageId)
    await add(cleo, messageId, '🎉')
    const other = { messageId, emoji: '🎉', count: 1, userIds: [cleo.id], own: false }
    const all = [tally, expect.objectContaining(other)]
    expect(await shownTo(bo, conversationId)).toEqual(all)
    expect((await bo.ask('message.get', { messageId })).tallies).toEqual(all)
    expect((await bo.ask('conversation.get', { conversationId })).summary.tallies).toEqual(all)
    const positions = [{ conversationId, rev: summary.rev }]
    const { changes } = await bo.ask('sync.run', { epoch, rev: account.rev, positions })
    expect(changes).toMatchObject([{ rev: reaction.rev + 1, reactions: [reaction, { emoji: '🎉' }], tallies: all }])
    expect(changes[0]?.users?.map(({ id }) => id).sort()).toEqual([bo.id, cleo.id].sort())
  })

  test('are removed when their message is deleted', async () => {
    const { conversationId, messageId } = await saidIn([bo])
    const { epoch, account } = await bo.ask('sync.run', {})
    const { summary } = await bo.ask('conversation.get', { conversationId })
    await add(bo, messageId)
    await ana.ask('message.delete', { messageId })
    expect(await shownTo(bo, conversationId)).toEqual([])
    const positions = [{ conversationId, rev: summary.rev }]
    const { changes } = await bo.ask('sync.run', { epoch, rev: account.rev, positions })
    expect(changes[0]?.reactions).toBeUndefined()
    expect(changes[0]?.tallies).toEqual([])
    for (const name of ['reaction.add', 'reaction.remove', 'reaction.list']) {
      expect(await refusalOf(bo, name, { messageId, emoji: '👍' })).toMatchObject({ code: 'not_found' })
    }
  })

  test('are hidden from users who are only invited', async () => {
    const { conversationId, messageId } = await saidIn([bo])
    await add(bo, messageId)
    await ana.ask('membership.invite', { conversationId, userIds: [cleo.id] })
    const { summaries } = await cleo.ask('conversation.list', {})
    expect(summaries.find(({ conversation }) => conversation.id === conversationId)?.tallies).toEqual([])
  })

  test('name the first 20 users, and the list has all of them in pages', async () => {
    const crowd = await Promise.all(Array.from({ length: 23 }, () => arrive(server)))
    const { conversationId, messageId } = await saidIn(crowd)
    for (const person of crowd) await add(person, messageId)
    const [first, second, ...rest] = crowd.map(({ id }) => id)
    await remove(crowd[0] as Person, messageId)
    const [tally] = await shownTo(crowd[22] as Person, conversationId)
    expect(tally).toMatchObject({ count: 22, own: true, userIds: [second, ...rest.slice(0, 19)] })
    await add(crowd[0] as Person, messageId)
    const met: Reaction[] = []
    for (let hasMore = true; hasMore; ) {
      const page = await ana.ask('reaction.list', { messageId, emoji: '👍', after: met.at(-1)?.rev, limit: 5 })
      expect(page.users.map(({ id }) => id).sort()).toEqual(page.reactions.map(({ userId }) => userId).sort())
      met.push(...page.reactions)
      hasMore = page.hasMore
    }
    expect(met.map(({ userId }) => userId)).toEqual([second, ...rest, first])
  })
})

test('the shown tallies equal a recount after any sequence of changes', async () => {
  const people = [ana, bo, cleo]
  const move = fc.record({
    who: fc.integer({ min: 0, max: 2 }),
    isAdding: fc.boolean(),
    emoji: fc.constantFrom('👍', '🎉', ':x:'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 20 }), async (moves) => {
      const { conversationId, messageId } = await saidIn(people.slice(1))
      const counted = new Map<string, string[]>()
      for (const { who, isAdding, emoji } of moves) {
        const person = people[who] as Person
        await (isAdding ? add : remove)(person, messageId, emoji)
        const before = counted.get(emoji) ?? []
        if (before.includes(person.id) === isAdding) continue
        const after = isAdding ? [...before, person.id] : before.filter((id) => id !== person.id)
        if (before.length === 0) counted.delete(emoji)
        counted.set(emoji, after)
      }
      const expected = [...counted].filter(([, ids]) => ids.length > 0)
      for (const person of people) {
        expect(
          (await shownTo(person, conversationId)).map(({ emoji, count, userIds, own }) => [emoji, userIds, count, own]),
        ).toEqual(expected.map(([emoji, ids]) => [emoji, ids, ids.length, ids.includes(person.id)]))
      }
    }),
    { numRuns: 25 },
  )
})

/** Two people in a room with one message, on a server whose database can be opened once it is closed. */
async function storedTalk() {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  onTestFinished(async () => {
    await topology().dispose(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })
  const server = await startTestServer({ dataDir })
  const [one, other] = await arriveAll(server, 'ana', 'bo')
  const conversationId = await openRoom(one, [other])
  const { id: messageId } = await say(one, conversationId)
  return { dataDir, server, one, other, conversationId, messageId }
}

test('removed reactions leave no tally that a page has to read', async () => {
  const { dataDir, server, one, messageId } = await storedTalk()
  for (let i = 0; i < 25; i++) {
    await add(one, messageId, `:e${i}:`)
    await remove(one, messageId, `:e${i}:`)
  }
  await add(one, messageId)
  await server.close()
  const { write, close } = await openTestDatabase(dataDir)
  expect(await write.selectFrom('reaction_tallies').select('emoji').execute()).toEqual([{ emoji: '👍' }])
  await close()
})

/** As if so many people had reacted to the message with a thumb, one after the other. */
async function fillTally(dataDir: string, conversationId: string, messageId: string, count: number): Promise<void> {
  const { write, close } = await openTestDatabase(dataDir)
  const numbers = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${sql.lit(count)})`
  const name = sql`'crowd' || n.i`
  await sql`insert into users (id, username, username_key, display_name, role, created_at)
    ${numbers} select ${name}, ${name}, ${name}, ${name}, 'user', 0 from n`.execute(write)
  await sql`insert into reactions (message_id, user_id, emoji, conversation_id, rev, removed)
    ${numbers} select ${sql.lit(messageId)}, ${name}, '👍', ${sql.lit(conversationId)}, n.i, 0 from n`.execute(write)
  const userIds = JSON.stringify(Array.from({ length: 20 }, (_, i) => `crowd${i + 1}`))
  await write
    .insertInto('reaction_tallies')
    .values({ message_id: messageId, emoji: '👍', count, user_ids: userIds, first_rev: 1, rev: count })
    .execute()
  await write.updateTable('conversations').set({ rev: count }).where('id', '=', conversationId).execute()
  await close()
}

test('the event of a reaction after ten thousand others has less than 2 KB', async () => {
  const { dataDir, server: before, one, other, conversationId, messageId } = await storedTalk()
  await before.close()
  await fillTally(dataDir, conversationId, messageId, 10_000)
  const after = await startTestServer({ dataDir })
  onTestFinished(() => after.close())
  const [writer, hearer] = [await enter(after, one.signedIn), await enter(after, other.signedIn)]
  await settled(hearer)
  const { reaction } = await add(writer, messageId)
  const change = await hearer.heard('reaction.added', ({ rev }) => rev === reaction.rev)
  expect(change.tallies).toMatchObject([{ count: 10_001, userIds: { length: 20 } }])
  expect(Buffer.byteLength(JSON.stringify(change))).toBeLessThan(2_048)
  expect(await shownTo(writer, conversationId)).toMatchObject([{ count: 10_001, own: true }])
  expect(await shownTo(hearer, conversationId)).toMatchObject([{ count: 10_001, own: false }])
})
