import { limits, type Message, type Output } from '@parley/protocol'
import { describe, expect, test } from 'vitest'
import { newId, openDirect, openRoom, type Person, plain, say } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'
import { startTestServer } from '../../testing/test-server.ts'

const { ana, bo, cleo } = serverWithPeople(['ana', 'bo', 'cleo'])

const whole = (person: Person) => person.ask('sync.run', {})

const since = (person: Person, held: Output<'sync.run'>, ...positions: { conversationId: string; rev: number }[]) =>
  person.ask('sync.run', { epoch: held.epoch, rev: held.account.rev, positions })

const revOf = async (person: Person, conversationId: string) =>
  (await person.ask('conversation.get', { conversationId })).summary.rev

describe('a new device', () => {
  test('gets its account with all of its conversations and invitations, and no others', async () => {
    const [mine, direct, invited, others] = [
      await openRoom(bo),
      await openDirect(ana, bo),
      await openRoom(ana),
      await openRoom(ana, [cleo]),
    ]
    await ana.ask('membership.invite', { conversationId: invited, userIds: [bo.id] })
    const answer = await whole(bo)
    expect(answer).toMatchObject({ reset: true, changes: [], resets: [], account: { user: bo.user } })
    const ids = answer.account.summaries.map(({ conversation }) => conversation.id)
    expect(ids).toEqual(expect.arrayContaining([mine, direct, invited]))
    expect(ids).not.toContain(others)
    expect(answer.account.memberships.map(({ userId }) => userId)).toEqual(ids.map(() => bo.id))
  })

  test.each([
    ['of another epoch', (held: Output<'sync.run'>) => ({ epoch: 'another', rev: held.account.rev })],
    ['of no epoch', (held: Output<'sync.run'>) => ({ rev: held.account.rev })],
    ['from the future', (held: Output<'sync.run'>) => ({ epoch: held.epoch, rev: held.account.rev + 1 })],
  ])('with a position %s is treated like one without any, and told to reset', async (_, positionOf) => {
    await openRoom(bo)
    const held = await whole(bo)
    const { reset, account } = await bo.ask('sync.run', positionOf(held))
    expect(reset).toBe(true)
    expect(account.summaries).toHaveLength(held.account.summaries.length)
  })
})

describe('a device that was away', () => {
  test('gets each changed row once, in its present state, and nothing else', async () => {
    const conversationId = await openRoom(ana, [bo])
    const old = await say(ana, conversationId, 'old and untouched')
    const edited = await say(ana, conversationId, 'old')
    const held = await whole(bo)
    const rev = await revOf(bo, conversationId)

    await ana.ask('message.edit', { messageId: edited.id, body: plain('twice') })
    const { message: twice } = await ana.ask('message.edit', { messageId: edited.id, body: plain('edited twice') })
    const fresh = await say(bo, conversationId, 'new')
    const gone = await say(ana, conversationId, 'gone')
    const { message: tombstone } = await ana.ask('message.delete', { messageId: gone.id })
    const { memberships } = await ana.ask('membership.add', { conversationId, userIds: [cleo.id] })
    const { conversation } = await ana.ask('conversation.update', { conversationId, name: 'New name' })

    const answer = await since(bo, held, { conversationId, rev })
    expect(answer).toMatchObject({ reset: false, resets: [] })
    expect(answer.changes).toHaveLength(1)
    expect(answer.changes[0]).toMatchObject({
      conversationId,
      rev: await revOf(bo, conversationId),
      conversation,
      messages: [twice, fresh, tombstone],
      memberships,
    })
    expect(answer.changes[0]?.users).toEqual(expect.arrayContaining([ana.user, bo.user, cleo.user]))
    expect(JSON.stringify(answer)).not.toContain(old.id)
    expect((await since(bo, answer, { conversationId, rev: await revOf(bo, conversationId) })).changes).toEqual([])
  })

  test.each<[string, string, (conversationId: string, message: Message) => Promise<unknown>]>([
    [
      'a new member',
      'memberships',
      (conversationId) => ana.ask('membership.add', { conversationId, userIds: [cleo.id] }),
    ],
    ['a new name', 'conversation', (conversationId) => ana.ask('conversation.update', { conversationId, name: 'New' })],
    ['a reaction', 'reactions', (_, { id }) => ana.ask('reaction.add', { messageId: id, emoji: '👍' })],
    [
      'a removed reaction',
      'reactions',
      async (_, { id }) => {
        await ana.ask('reaction.add', { messageId: id, emoji: '👍' })
        await ana.ask('reaction.remove', { messageId: id, emoji: '👍' })
      },
    ],
    [
      'a counter-offer',
      'offers',
      (conversationId, { id }) =>
        ana.ask('message.send', {
          conversationId,
          id: newId(),
          body: { kind: 'plain', text: '', offer: { amount: 2, currency: 'EUR', answers: id } },
        }),
    ],
  ])('gets %s between messages and edits that changed nothing else', async (_, field, change) => {
    const conversationId = await openRoom(ana, [bo])
    const { message } = await bo.ask('message.send', {
      conversationId,
      id: newId(),
      body: { kind: 'plain', text: '', offer: { amount: 1, currency: 'EUR' } },
    })
    const first = await say(ana, conversationId, 'before')
    const held = await whole(bo)
    const rev = await revOf(bo, conversationId)
    await change(conversationId, message)
    const { message: edited } = await ana.ask('message.edit', { messageId: first.id, body: plain('edited') })
    const last = await say(bo, conversationId, 'after')

    const [missed] = (await since(bo, held, { conversationId, rev })).changes
    expect(missed?.messages).toEqual(expect.arrayContaining([edited, last]))
    const rows = [Reflect.get(missed ?? {}, field)].flat()
    expect(rows.filter((row) => row?.rev > rev)).not.toEqual([])
    if (field === 'offers')
      expect(rows.find((row) => row.messageId === message.id)).toMatchObject({ status: 'countered' })
  })

  test('gets exactly the later changes from any position in between', async () => {
    const conversationId = await openRoom(ana, [bo])
    const held = await whole(bo)
    const first = await revOf(bo, conversationId)
    const rows: { rev: number; id: string }[] = []
    for (let i = 0; i < 4; i++) rows.push(await say(ana, conversationId, `${i}`))
    for (const { id } of rows.slice(0, 2))
      rows.push((await ana.ask('message.edit', { messageId: id, body: plain('new') })).message)
    for (let i = 0; i < 3; i++) rows.push(await say(bo, conversationId, `${i}`))
    for (let rev = first; rev <= first + rows.length; rev++) {
      const latest = new Map(rows.filter((row) => row.rev > rev).map((row) => [row.id, row.rev]))
      const { changes } = await since(bo, held, { conversationId, rev })
      const got = new Map(changes.flatMap(({ messages = [] }) => messages).map((row) => [row.id, row.rev]))
      expect(got).toEqual(latest)
    }
  })

  test('gets a summary of new conversations, and only the changes of known ones', async () => {
    const held = await whole(bo)
    const conversationId = await openRoom(ana, [bo])
    const message = await say(ana, conversationId)
    const unknown = await since(bo, held)
    expect(unknown.account.summaries).toMatchObject([
      { conversation: { id: conversationId }, lastMessage: { id: message.id }, unread: 1 },
    ])
    const known = await since(bo, held, { conversationId, rev: 1 })
    expect(known.account.summaries).toEqual([])
    expect(known.account.memberships).toMatchObject([{ conversationId, state: 'active' }])
    expect(known.changes).toMatchObject([{ conversationId, messages: [{ id: message.id }] }])
  })

  test('is told that it was removed, and nothing after that', async () => {
    const conversationId = await openRoom(ana, [bo])
    const held = await whole(bo)
    const rev = await revOf(bo, conversationId)
    await ana.ask('membership.remove', { conversationId, userId: bo.id })
    await say(ana, conversationId, 'without you')
    const answer = await since(bo, held, { conversationId, rev })
    expect(answer).toMatchObject({
      changes: [],
      resets: [],
      account: { summaries: [], memberships: [{ conversationId, state: 'removed' }] },
    })
    await ana.ask('membership.add', { conversationId, userIds: [bo.id] })
    const back = await since(bo, held, { conversationId, rev })
    expect(back.changes).toMatchObject([{ messages: [{ body: plain('without you') }] }])
  })

  test('with too many changes in one conversation gets that one reset, and the changes of others', async () => {
    const [busy, calm] = [await openRoom(ana, [bo]), await openRoom(ana, [bo])]
    const held = await whole(bo)
    const [busyRev, calmRev] = [await revOf(bo, busy), await revOf(bo, calm)]
    await Promise.all(Array.from({ length: limits.changedRows }, (_, i) => say(ana, busy, `${i}`)))
    const message = await say(ana, calm)
    const full = await since(bo, held, { conversationId: busy, rev: busyRev })
    expect(full.changes[0]?.messages).toHaveLength(limits.changedRows)
    const last = await say(ana, busy, 'one too many')
    const positions = [
      { conversationId: busy, rev: busyRev },
      { conversationId: calm, rev: calmRev },
    ]
    const { changes, resets } = await since(bo, held, ...positions)
    expect(resets).toMatchObject([
      { conversation: { id: busy }, lastMessage: { id: last.id }, lastSeq: limits.changedRows + 1 },
    ])
    expect(changes).toMatchObject([{ conversationId: calm, messages: [{ id: message.id }] }])
  })
})

test('positions of conversations of others are answered like unknown ones', async () => {
  const [closed, open, invited] = [
    await openRoom(ana),
    await openRoom(ana, [], { visibility: 'public' }),
    await openRoom(ana),
  ]
  await ana.ask('membership.invite', { conversationId: invited, userIds: [cleo.id] })
  for (const conversationId of [closed, open, invited]) await say(ana, conversationId)
  const held = await whole(cleo)
  for (const conversationId of [closed, open, invited, newId()]) {
    for (const rev of [0, 1, 99]) {
      expect(await since(cleo, held, { conversationId, rev })).toMatchObject({
        changes: [],
        resets: [],
        account: { summaries: [] },
      })
    }
  }
})

test('a position ahead of a conversation resets that conversation', async () => {
  const conversationId = await openRoom(ana, [bo])
  const held = await whole(bo)
  const { resets, changes } = await since(bo, held, { conversationId, rev: 999 })
  expect(resets).toMatchObject([{ conversation: { id: conversationId } }])
  expect(changes).toEqual([])
})

test('each server has its own epoch', async () => {
  const other = await startTestServer()
  const socket = await other.connect(await other.register('ana'))
  expect((await socket.ask('sync.run', {})).epoch).not.toBe((await whole(ana)).epoch)
  await other.close()
})
