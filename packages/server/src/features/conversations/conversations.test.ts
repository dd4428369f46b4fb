import { describe, expect, test } from 'vitest'
import {
  arrive,
  arriveAll,
  newId,
  newName,
  openDirect,
  openRoom,
  type Person,
  refusalOf,
  say,
  settled,
} from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'

const { server, ana, bo, stranger } = serverWithPeople(['ana', 'bo', 'stranger'])

const summaryOf = async (person: Person, conversationId: string) =>
  (await person.ask('conversation.get', { conversationId })).summary
const idsOf = async (person: Person, kind?: 'direct' | 'room') =>
  (await person.ask('conversation.list', { kind })).summaries.map(({ conversation }) => conversation.id)

describe('a new room', () => {
  test('has its creator as owner and the others as members, who get the event at once', async () => {
    const { summary } = await ana.ask('conversation.create', {
      name: ' Garden ',
      topic: 'What grows',
      visibility: 'private',
      userIds: [bo.id, bo.id, ana.id],
    })
    const { conversation } = summary
    expect(conversation).toMatchObject({
      kind: 'room',
      name: 'Garden',
      topic: 'What grows',
      visibility: 'private',
      createdBy: ana.id,
    })
    expect(summary).toMatchObject({
      lastSeq: 0,
      lastMessage: null,
      unread: 0,
      memberships: [{ userId: ana.id, role: 'owner' }],
    })
    const heard = await bo.heard(
      'account.updated',
      ({ summaries }) => summaries[0]?.conversation.id === conversation.id,
    )
    expect(heard.summaries[0]).toMatchObject({
      conversation,
      memberships: [{ userId: bo.id, role: 'member', state: 'active' }],
    })
    await say(ana, conversation.id, 'welcome')
    await bo.heard('message.created', (told) => told.conversationId === conversation.id)
    await settled(stranger)
    expect(stranger.all('account.updated')).toEqual([])
    expect(stranger.all('membership.joined')).toEqual([])
  })

  test('with an unknown user among its members is not created', async () => {
    const before = await idsOf(ana)
    const input = { name: 'Half', userIds: [bo.id, newId()] }
    expect(await refusalOf(ana, 'conversation.create', input)).toMatchObject({ code: 'not_found' })
    expect(await idsOf(ana)).toEqual(before)
    expect((await stranger.ask('conversation.discover', { query: 'Half' })).rooms).toEqual([])
  })
})

describe('a private room', () => {
  test('is answered to others exactly like one that does not exist', async () => {
    const conversationId = await openRoom(ana, [bo], { name: 'Secret garden' })
    const nowhere = newId()
    const alike = async (name: string, input: object) =>
      expect(await refusalOf(stranger, name, { ...input, conversationId })).toEqual(
        await refusalOf(stranger, name, { ...input, conversationId: nowhere }),
      )
    await alike('conversation.get', {})
    await alike('conversation.update', { name: 'Mine' })
    await alike('membership.join', {})
    await alike('membership.leave', {})
    await alike('membership.list', {})
    await alike('membership.remove', { userId: ana.id })
    await alike('receipt.read', { seq: 1 })
    await alike('typing.set', { isTyping: true })
    expect(await idsOf(stranger)).not.toContain(conversationId)
    const { rooms } = await stranger.ask('conversation.discover', { query: 'Secret garden' })
    expect(rooms).toEqual([])
    expect(await idsOf(bo)).toContain(conversationId)
  })

  test('shows its name to those who are invited, but none of its messages', async () => {
    const conversationId = await openRoom(ana, [bo])
    const { id: messageId } = await say(ana, conversationId, 'only for members')
    const guest = await arrive(server, 'guest')
    await ana.ask('membership.invite', { conversationId, userIds: [guest.id] })
    const summary = await summaryOf(guest, conversationId)
    expect(summary).toMatchObject({ conversation: { name: 'Kitchen' }, lastSeq: 0, lastMessage: null, unread: 0 })
    expect(summary.memberships).toMatchObject([{ userId: guest.id, state: 'invited' }])
    expect(await idsOf(guest)).toEqual([conversationId])

    const refused: [string, object][] = [
      ['message.page', { conversationId }],
      ['message.get', { messageId }],
      ['message.send', { conversationId, id: newId(), body: { kind: 'plain', text: 'x' } }],
      ['membership.list', { conversationId }],
      ['receipt.read', { conversationId, seq: 1 }],
      ['typing.set', { conversationId, isTyping: true }],
      ['conversation.update', { conversationId, name: 'x' }],
    ]
    for (const [name, input] of refused)
      expect(await refusalOf(guest, name, input)).toMatchObject({ code: 'not_found' })

    await say(bo, conversationId, 'also only for members')
    await bo.ask('typing.set', { conversationId, isTyping: true })
    await bo.ask('receipt.read', { conversationId, seq: 2 })
    const { account, changes, resets } = await guest.ask('sync.run', {})
    expect({ changes, resets }).toEqual({ changes: [], resets: [] })
    await settled(guest)
    for (const name of ['message.created', 'typing.updated', 'receipt.updated'] as const)
      expect(guest.all(name)).toEqual([])
    expect(JSON.stringify([summary, account, guest.all('account.updated')])).not.toContain('only for members')
  })
})

describe('a public room', () => {
  test('is found by part of its name in any case, with its number of members and whether one is a member', async () => {
    const name = `КУХНЯ ${newName('Größe')}`
    const conversationId = await openRoom(ana, [bo], { name, visibility: 'public' })
    const query = name.slice(2).toLowerCase()
    expect((await stranger.ask('conversation.discover', { query })).rooms).toMatchObject([
      { conversation: { id: conversationId, name }, memberCount: 2, joined: false },
    ])
    expect((await bo.ask('conversation.discover', { query })).rooms).toMatchObject([{ joined: true }])
    expect((await bo.ask('conversation.discover', { query: `${query}%` })).rooms).toEqual([])
  })

  test('shows its messages to members only', async () => {
    const conversationId = await openRoom(ana, [], { visibility: 'public' })
    await say(ana, conversationId)
    expect(await refusalOf(stranger, 'message.page', { conversationId })).toMatchObject({ code: 'not_found' })
    expect(await refusalOf(stranger, 'conversation.get', { conversationId })).toMatchObject({ code: 'not_found' })
    await stranger.ask('membership.join', { conversationId })
    expect((await stranger.ask('message.page', { conversationId })).messages).toHaveLength(1)
    await stranger.ask('membership.leave', { conversationId })
  })

  test('is no longer found once it becomes private', async () => {
    const name = newName('Fading')
    const conversationId = await openRoom(ana, [], { name, visibility: 'public' })
    await ana.ask('conversation.update', { conversationId, visibility: 'private' })
    expect((await stranger.ask('conversation.discover', { query: name })).rooms).toEqual([])
    expect(await refusalOf(stranger, 'membership.join', { conversationId })).toMatchObject({ code: 'not_found' })
  })
})

describe('a direct conversation', () => {
  test('exists once for each pair and context, even if both open it at the same time', async () => {
    const [one, other] = await arriveAll(server, 'one', 'other')
    const opened = await Promise.all([openDirect(one, other), openDirect(other, one), openDirect(one, other)])
    expect(new Set(opened).size).toBe(1)
    const job = await Promise.all(
      [one, other].map((person, i) =>
        person.ask('conversation.openDirect', { userId: [other, one][i]?.id ?? '', context: 'job-7' }),
      ),
    )
    expect(job[0]?.summary.conversation).toMatchObject({ context: 'job-7', kind: 'direct', name: null })
    expect(job[1]?.summary.conversation.id).toBe(job[0]?.summary.conversation.id)
    expect(opened).not.toContain(job[0]?.summary.conversation.id)
    expect(await idsOf(one, 'direct')).toHaveLength(2)
    expect(await idsOf(one, 'room')).toEqual([])
  })

  test('appears for both users, and events reach the other before they ever opened it', async () => {
    const [one, other] = await arriveAll(server, 'one', 'other')
    const conversationId = await openDirect(one, other)
    await say(one, conversationId, 'hello')
    await other.heard('message.created', (told) => told.conversationId === conversationId)
    const summary = await summaryOf(other, conversationId)
    expect(summary.memberships.map(({ userId }) => userId).sort()).toEqual([one.id, other.id].sort())
    expect(summary.users).toEqual(expect.arrayContaining([one.user, other.user]))
    expect(summary).toMatchObject({ unread: 1, lastMessage: { senderId: one.id } })
    expect(await refusalOf(stranger, 'conversation.get', { conversationId })).toMatchObject({ code: 'not_found' })
  })

  test('with oneself is possible; with an unknown user it is not found', async () => {
    const person = await arrive(server)
    const conversationId = await openDirect(person, person)
    expect(await openDirect(person, person)).toBe(conversationId)
    await say(person, conversationId, 'a note')
    expect(await summaryOf(person, conversationId)).toMatchObject({ unread: 0, memberships: [{ userId: person.id }] })
    expect(await refusalOf(person, 'conversation.openDirect', { userId: newId() })).toMatchObject({ code: 'not_found' })
  })

  test('refuses all operations on memberships and settings', async () => {
    const conversationId = await openDirect(ana, bo)
    const people = { conversationId, userIds: [stranger.id] }
    const other = { conversationId, userId: bo.id }
    const forbidden: [string, object][] = [
      ['membership.invite', people],
      ['membership.add', people],
      ['membership.remove', other],
      ['membership.setRole', { ...other, role: 'owner' }],
      ['membership.leave', { conversationId }],
      ['conversation.update', { conversationId, name: 'Ours' }],
    ]
    for (const [name, input] of forbidden)
      expect(await refusalOf(ana, name, input)).toMatchObject({ code: 'forbidden' })
    expect(await refusalOf(stranger, 'membership.join', { conversationId })).toMatchObject({ code: 'not_found' })
  })
})

describe('the list of conversations', () => {
  test('has the most recently active first, up to the limit, and tells whether there are more', async () => {
    const person = await arrive(server)
    const rooms = [await openRoom(person), await openRoom(person), await openRoom(person)]
    const [first = '', second = '', third = ''] = rooms
    await say(person, first)
    expect((await idsOf(person))[0]).toBe(first)
    const { summaries, hasMore } = await person.ask('conversation.list', { limit: 2 })
    expect([summaries.length, hasMore]).toEqual([2, true])
    expect(await person.ask('conversation.list', { limit: 3 })).toMatchObject({ hasMore: false })
    expect((await idsOf(person)).sort()).toEqual([first, second, third].sort())
  })
})

describe('updating a room', () => {
  test('changes only the given settings, and its members get the event', async () => {
    const conversationId = await openRoom(ana, [bo], { topic: 'Old' })
    const { conversation } = await ana.ask('conversation.update', { conversationId, name: 'New' })
    expect(conversation).toMatchObject({ name: 'New', topic: 'Old', visibility: 'private' })
    const heard = await bo.heard('conversation.updated', (told) => told.conversationId === conversationId)
    expect(heard).toEqual({ conversationId, rev: conversation.rev, conversation })
    expect((await ana.ask('conversation.update', { conversationId, topic: null })).conversation).toMatchObject({
      name: 'New',
      topic: null,
    })
    expect((await summaryOf(bo, conversationId)).conversation).toMatchObject({ name: 'New', topic: null })
    await settled(stranger)
    expect(stranger.all('conversation.updated')).toEqual([])
  })
})

test('the first direct conversation of a pair, in any context, remains the first', async () => {
  const [one, other, third] = await arriveAll(server, 'one', 'other', 'third')
  const find = async (person = one, partner = other) =>
    (await person.ask('conversation.findDirect', { userId: partner.id, earliest: true })).summary?.conversation.id
  expect(await find()).toBeUndefined()
  const later: string[] = []
  const open = async (partner: { id: string }, context: string | null) => {
    const { id, isLater } = (await one.ask('conversation.openDirect', { userId: partner.id, context })).summary
      .conversation
    if (isLater) later.push(id)
    return id
  }
  await open(third, 'job "7"')
  const first = await open(other, 'job "7"')
  expect(later).toEqual([])
  const others = [await open(other, 'job-8'), await open(other, null)]
  expect(later).toEqual(others)
  const own = [await open(one, 'notes'), await open(one, null)]
  expect(later).toEqual([...others, ...own.slice(1)])
  expect(await find()).toBe(first)
  expect(await find(other, one)).toBe(first)
  expect(await find(other, third)).toBeUndefined()
})
