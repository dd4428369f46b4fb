import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Message, SignedIn } from '@parley/protocol'
import { startTestServer, type TestServer } from '@parley/server/testing'
import {
  arriveAll,
  enter,
  newId,
  newName,
  openDirect,
  openRoom,
  type Person,
  plain,
} from '@parley/server/testing/people'
import { topology } from '@parley/server/testing/topology'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

/*
 * Two nodes on one database without Redis: transactions that a single node would run one after the other run at once.
 * Each race is run many times, because a single run may end well by chance.
 */

let dataDir: string
let nodes: [TestServer, TestServer]
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  nodes = [
    await startTestServer({ dataDir, sharedDatabase: true }),
    await startTestServer({ dataDir, sharedDatabase: true }),
  ]
})
afterAll(async () => {
  for (const node of nodes) await node.close()
  await rm(dataDir, { recursive: true, force: true })
})

/** Three people, each with a device on both nodes. */
let ana: [Person, Person]
let bo: [Person, Person]
let cleo: [Person, Person]
beforeEach(async () => {
  const people = await arriveAll(nodes[0], 'ana', 'bo', 'cleo')
  const onBoth = async (person: Person): Promise<[Person, Person]> => [person, await enter(nodes[1], person.signedIn)]
  ;[ana, bo, cleo] = (await Promise.all(people.map(onBoth))) as [typeof ana, typeof bo, typeof cleo]
})

const rounds = Array.from({ length: 10 }, (_, round) => round)
const everything = (person: Person, conversationId: string) =>
  person.ask('message.page', { conversationId, limit: 100 }).then(({ messages }) => messages)

describe('messages', () => {
  test('that both nodes store at once have one order without gaps, and one rev each', async () => {
    const room = await openRoom(ana[0], [bo[0], cleo[0]])
    const sends = rounds.flatMap(() =>
      [ana, bo, cleo].flatMap((person) =>
        person.map((device) =>
          device.ask('message.send', { conversationId: room, id: newId(), body: plain('at once') }),
        ),
      ),
    )
    const sent = (await Promise.all(sends)).map(({ message }) => message)
    const stored = await everything(ana[0], room)
    expect(stored.map(({ seq }) => seq)).toEqual(sent.map((_, index) => index + 1))
    expect([...sent].sort((one, other) => one.seq - other.seq)).toEqual(stored)
    const revs = stored.map(({ rev }) => rev)
    expect(revs).toEqual(revs.map((_, index) => (revs[0] ?? 0) + index))
  })

  test('sent to both nodes under the same id are one message, and both get the same answer', async () => {
    const room = await openRoom(ana[0])
    for (const _ of rounds) {
      const message = { conversationId: room, id: newId(), body: plain('again') }
      const [one, other] = await Promise.all(ana.map((device) => device.ask('message.send', message)))
      expect(one).toEqual(other)
    }
    expect((await everything(ana[0], room)).map(({ seq }) => seq)).toEqual(rounds.map((round) => round + 1))
  })

  test('with one id for two conversations are stored in one, and refused in the other', async () => {
    const rooms = [await openRoom(ana[0]), await openRoom(ana[0])]
    for (const _ of rounds) {
      const id = newId()
      const replies = await Promise.all(
        rooms.map((conversationId, node) => ana[node]!.reply('message.send', { conversationId, id, body: plain('x') })),
      )
      expect(replies.map(({ ok }) => ok).sort()).toEqual([false, true])
      expect(replies.find(({ ok }) => !ok)).toMatchObject({ error: { code: 'message_id_conflict' } })
    }
    const stored = await Promise.all(rooms.map((room) => everything(ana[0], room)))
    for (const messages of stored) expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, index) => index + 1))
    expect(stored.flat()).toHaveLength(rounds.length)
  })

  test('that are edited on two nodes at once end as the latest edit, and each edit has its own rev', async () => {
    const room = await openRoom(ana[0], [bo[0]])
    const { message } = await ana[0].ask('message.send', { conversationId: room, id: newId(), body: plain('first') })
    const edits = rounds.flatMap((round) =>
      ana.map((device) => device.ask('message.edit', { messageId: message.id, body: plain(`edit ${round}`) })),
    )
    const edited = (await Promise.all(edits)).map((answer) => answer.message)
    const revs = edited.map(({ rev }) => rev).sort((one, other) => one - other)
    expect(revs).toEqual(revs.map((_, index) => message.rev + 1 + index))
    const latest = edited.reduce((one, other): Message => (other.rev > one.rev ? other : one))
    expect(await everything(bo[1], room)).toEqual([latest])
  })
})

test('reactions that both nodes store at once are counted once for each user', async () => {
  const room = await openRoom(ana[0], [bo[0], cleo[0]])
  const { message } = await ana[0].ask('message.send', { conversationId: room, id: newId(), body: plain('first') })
  const target = { messageId: message.id, emoji: '👍' }
  for (const name of rounds.flatMap(() => ['reaction.add', 'reaction.remove'] as const)) {
    await Promise.all([ana, bo, cleo].flatMap((person) => person.map((device) => device.ask(name, target))))
    const { tallies } = await ana[0].ask('message.page', { conversationId: room })
    const counted = tallies.map(({ count, userIds }) => [count, userIds.toSorted()])
    expect(counted).toEqual(name === 'reaction.add' ? [[3, [ana, bo, cleo].map(([{ id }]) => id).sort()]] : [])
  }
})

describe('memberships', () => {
  test('of a person who joins on both nodes at once change once', async () => {
    for (const _ of rounds.slice(0, 5)) {
      const room = await openRoom(ana[0], [], { visibility: 'public' })
      const answers = await Promise.all(bo.map((device) => device.ask('membership.join', { conversationId: room })))
      expect(answers[0]).toEqual(answers[1])
      const { summary } = await ana[0].ask('conversation.get', { conversationId: room })
      expect(summary.rev).toBe(2)
    }
  })

  test('keep one owner in a room if its two owners leave and step down at once', async () => {
    for (const _ of rounds) {
      const room = await openRoom(ana[0], [bo[0], cleo[0]])
      await ana[0].ask('membership.setRole', { conversationId: room, userId: bo[0].id, role: 'owner' })
      const replies = await Promise.all([
        ana[0].reply('membership.leave', { conversationId: room }),
        bo[1].reply('membership.setRole', { conversationId: room, userId: bo[0].id, role: 'member' }),
      ])
      expect(replies.map(({ ok }) => ok).sort()).toEqual([false, true])
      const { memberships } = await cleo[0].ask('membership.list', { conversationId: room })
      expect(memberships.filter(({ role }) => role === 'owner')).toHaveLength(1)
    }
  })

  test('that one node has ended allow no more messages on the other', async () => {
    const room = await openRoom(ana[0], [bo[0]])
    const sends = rounds.map(() => bo[1].reply('message.send', { conversationId: room, id: newId(), body: plain('x') }))
    const { membership } = await ana[0].ask('membership.remove', { conversationId: room, userId: bo[0].id })
    const later = await bo[1].reply('message.send', { conversationId: room, id: newId(), body: plain('too late') })
    expect(later).toMatchObject({ ok: false, error: { code: 'not_found' } })
    const taken = (await Promise.all(sends)).flatMap((reply) => (reply.ok ? [reply.data as { message: Message }] : []))
    for (const { message } of taken) expect(message.rev).toBeLessThan(membership.rev)
  })

  test('of two people that both nodes change at once leave no gap in the revs of an account or a room', async () => {
    const rooms = await Promise.all(rounds.slice(0, 4).map((round) => openRoom(ana[round % 2]!)))
    const before = await revOf(bo[0])
    const people = [bo[0].id, cleo[0].id]
    // Each node gets the two in another order.
    await Promise.all(
      rooms.flatMap((conversationId, index) => [
        ana[0].ask('membership.add', { conversationId, userIds: index % 2 ? people : [...people].reverse() }),
        ana[1].ask('conversation.update', { conversationId, name: `Room ${index}` }),
        ana[1].ask('membership.add', { conversationId, userIds: index % 2 ? [...people].reverse() : people }),
      ]),
    )
    expect(await revOf(bo[1])).toBe(before + rooms.length)
    for (const conversationId of rooms) {
      const { summary } = await ana[0].ask('conversation.get', { conversationId })
      expect(summary.rev).toBe(3)
    }
  })
})

const revOf = async (person: Person) => (await person.ask('sync.run', {})).account.rev

describe('receipts', () => {
  test('on both nodes at once end at the highest position, and raise the rev of the account', async () => {
    const room = await openRoom(ana[0], [bo[0]])
    for (const _ of rounds) await ana[0].ask('message.send', { conversationId: room, id: newId(), body: plain('x') })
    const before = await revOf(bo[0])
    const reports = rounds.flatMap((round) =>
      bo.map((device) => device.ask('receipt.read', { conversationId: room, seq: round + 1 })),
    )
    await Promise.all(reports)
    const { account } = await bo[1].ask('sync.run', {})
    expect(account.memberships[0]).toMatchObject({ readSeq: rounds.length, deliveredSeq: rounds.length })
    expect(account.rev).toBeGreaterThan(before)
    expect(account.summaries[0]).toMatchObject({ unread: 0 })
  })
})

describe('people', () => {
  test('who open a direct conversation with each other at once get the same one', async () => {
    for (const _ of rounds.slice(0, 5)) {
      const [one, other] = await arriveAll(nodes[0], 'one', 'other')
      const there = await enter(nodes[1], other.signedIn)
      const ids = await Promise.all([openDirect(one, other), openDirect(there, one)])
      expect(ids[0]).toBe(ids[1])
    }
  })

  test('who register the same name at once do not both get it', async () => {
    for (const _ of rounds.slice(0, 5)) {
      const username = newName('wanted')
      const body = { username, password: 'password of both' }
      const replies = await Promise.all(nodes.map(async (node) => (await node.rest('POST', '/users', { body })).json()))
      expect(replies.map(({ ok }) => ok).sort()).toEqual([false, true])
      expect(replies.find(({ ok }) => !ok)).toMatchObject({ error: { code: 'username_taken' } })
    }
  })

  test('who change two fields of their profile on two nodes at once keep both changes', async () => {
    for (const round of rounds) {
      const displayName = `Ana ${round}`
      const avatarUrl = `/ana-${round}.png`
      await Promise.all([ana[0].ask('user.update', { displayName }), ana[1].ask('user.update', { avatarUrl })])
      expect((await ana[0].ask('user.me', {})).user).toMatchObject({ displayName, avatarUrl })
    }
  })

  test('who refresh with one token on both nodes stay signed in, with the same next token', async () => {
    let { refreshToken } = ana[0].signedIn
    for (const _ of rounds) {
      const body = { refreshToken }
      const replies = await Promise.all(
        nodes.map(async (node) => (await node.rest('POST', '/sessions/refresh', { body })).json()),
      )
      expect(replies.map(({ ok }) => ok)).toEqual([true, true])
      const next = replies.map(({ data }) => (data as SignedIn).refreshToken)
      expect(next[0]).toBe(next[1])
      refreshToken = next[0] as string
    }
  })
})

test('if two people register at once as the first, one of them becomes the administrator', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-'))
  const start = () => startTestServer({ dataDir: folder, sharedDatabase: true, registration: 'closed' })
  const pair = [await start(), await start()] as const
  const answers = await Promise.allSettled(pair.map((node) => node.register(newName('first'))))
  const admins = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.user.role] : []))
  expect(admins).toEqual(['admin'])
  for (const node of pair) await node.close()
  await topology().dispose(folder)
  await rm(folder, { recursive: true, force: true })
})

test('a room that is removed on one node while a host asks the other one for it leaves its reference for a new one', async () => {
  const [context, members] = [newName('order'), [ana[0].id]]
  const { conversation } = await nodes[1].parley.conversations.ensure({ context, members })
  const { databaseUrl } = await topology().optionsFor(dataDir)
  const [client, watcher] = [new pg.Client(databaseUrl), new pg.Client(databaseUrl)]
  await Promise.all([client.connect(), watcher.connect()])
  await client.query('begin')
  await client.query(`update conversations set removed_at = 1, context = null where id = '${conversation.id}'`)
  const ensuring = nodes[1].parley.conversations.ensure({ context, members })
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  await expect.poll(async () => (await watcher.query(waiting)).rowCount).toBe(1)
  await client.query('commit')
  await Promise.all([client.end(), watcher.end()])
  const next = await ensuring
  expect(next.isNew).toBe(true)
  expect(next.conversation.id).not.toBe(conversation.id)
})

test('a message that one node has acknowledged can be read at once on the other', async () => {
  const room = await openRoom(ana[0], [bo[0]])
  for (const _ of rounds) {
    const id = newId()
    await ana[0].ask('message.send', { conversationId: room, id, body: plain('x') })
    expect((await bo[1].ask('message.get', { messageId: id })).message.id).toBe(id)
  }
})
