import type { Output } from '@parley/protocol'
import { startTestServer } from '@parley/server/testing'
import { arriveAll, newName, openRoom, type Person, refusalOf, say, settled } from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { describe, expect, onTestFinished, test } from 'vitest'

/* E11: a user who left a room returns only by their own act, and non-contacts are invited, not added. */

const { server } = serverWithPeople([])

const stateOf = ({ memberships }: Output<'membership.add'>, { id }: Person) =>
  memberships.find(({ userId }) => userId === id)?.state

describe('a user who left a room', () => {
  test('returns only by their own act', async () => {
    const [owner, ana] = await arriveAll(server, 'owner', 'ana')
    const room = await openRoom(owner, [ana])
    const named = { conversationId: room, userIds: [ana.id] }
    await ana.ask('membership.leave', { conversationId: room })
    expect(stateOf(await owner.ask('membership.add', named), ana)).toBe('invited')
    // A second try, or a removal or ban before it, does not add them either.
    expect(stateOf(await owner.ask('membership.add', named), ana)).toBe('invited')
    for (const ban of [false, true]) {
      await owner.ask('membership.remove', { conversationId: room, userId: ana.id, ban })
      expect(stateOf(await owner.ask('membership.add', named), ana)).toBe('invited')
    }
    await say(owner, room, 'Not for those who left')
    await settled(ana)
    expect(ana.all('message.created').filter(({ conversationId }) => conversationId === room)).toEqual([])
    expect(await refusalOf(ana, 'message.page', { conversationId: room })).toMatchObject({ code: 'not_found' })
    expect((await ana.ask('membership.join', { conversationId: room })).membership.state).toBe('active')
    await say(owner, room, 'Welcome back')
    await ana.heard('message.created', ({ messages }) => JSON.stringify(messages).includes('Welcome back'))
  })

  test('is not added back by two members who add them at once', async () => {
    for (let round = 0; round < 5; round++) {
      const [owner, other, ana] = await arriveAll(server, 'owner', 'other', 'ana')
      const room = await openRoom(owner, [other, ana])
      await owner.ask('membership.setRole', { conversationId: room, userId: other.id, role: 'admin' })
      const named = { conversationId: room, userIds: [ana.id] }
      await Promise.all([
        ana.ask('membership.leave', { conversationId: room }),
        owner.ask('membership.add', named),
        other.ask('membership.add', named),
      ])
      const { memberships } = await owner.ask('membership.list', { conversationId: room })
      expect(memberships.find(({ userId }) => userId === ana.id)?.state ?? 'left').not.toBe('active')
    }
  })

  test('is not added back if the host ensures the room, while new users are added at once', async () => {
    const [owner, ana, bo] = await arriveAll(server, 'owner', 'ana', 'bo')
    const context = newName('order')
    const { conversation } = await server.parley.conversations.ensure({ context, members: [owner.id, ana.id] })
    await ana.ask('membership.leave', { conversationId: conversation.id })
    await server.parley.conversations.ensure({ context, members: [owner.id, ana.id, bo.id] })
    expect(await refusalOf(ana, 'conversation.get', { conversationId: conversation.id })).toMatchObject({
      code: 'not_found',
    })
    expect((await bo.ask('conversation.get', { conversationId: conversation.id })).summary.memberships).toMatchObject([
      { state: 'active' },
    ])
  })
})

describe('with direct messages between contacts only', () => {
  test('users who are no contacts are invited to rooms instead of added', async () => {
    const strict = await startTestServer({ directMessages: 'contacts' })
    onTestFinished(() => strict.close())
    const [owner, contact, stranger] = await arriveAll(strict, 'owner', 'contact', 'stranger')
    await owner.ask('contact.request', { userId: contact.id })
    await contact.ask('contact.accept', { userId: owner.id })
    const { summary } = await owner.ask('conversation.create', { name: 'Room', userIds: [contact.id, stranger.id] })
    const conversationId = summary.conversation.id
    const own = async (person: Person, id = conversationId) =>
      (await person.ask('conversation.get', { conversationId: id })).summary.memberships[0]?.state
    expect([await own(contact), await own(stranger)]).toEqual(['active', 'invited'])
    await say(owner, conversationId, 'For members')
    await settled(stranger)
    expect(stranger.all('message.created')).toEqual([])

    const second = await openRoom(owner)
    const userIds = [contact.id, stranger.id]
    const added = await owner.ask('membership.add', { conversationId: second, userIds })
    expect([stateOf(added, contact), stateOf(added, stranger)]).toEqual(['active', 'invited'])
    await stranger.ask('membership.join', { conversationId: second })
    expect(await own(stranger, second)).toBe('active')
  })
})
