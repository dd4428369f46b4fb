import { limits, type Membership, type Role } from '@parley/protocol'
import { beforeAll, describe, expect, test } from 'vitest'
import { arrive, newId, openRoom, type Person, refusalOf, say, settled } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'

const { server, ana, bo, cleo, dan } = serverWithPeople(['ana', 'bo', 'cleo', 'dan'])

const setRole = (owner: Person, conversationId: string, userId: string, role: Role) =>
  owner.ask('membership.setRole', { conversationId, userId, role })

const statesIn = async (person: Person, conversationId: string) => {
  const { memberships } = await person.ask('membership.list', { conversationId })
  return Object.fromEntries(memberships.map(({ userId, state, role }) => [userId, `${state} ${role}`]))
}

const eventsOf = (person: Person, conversationId: string) =>
  (['membership.joined', 'membership.left', 'membership.updated'] as const).flatMap((name) =>
    person.all(name).filter((told) => told.conversationId === conversationId),
  )

describe('joining', () => {
  test('a public room makes the user a member, who gets its events; joining again changes nothing', async () => {
    const conversationId = await openRoom(ana, [], { visibility: 'public' })
    const { membership } = await bo.ask('membership.join', { conversationId })
    expect(membership).toMatchObject({ userId: bo.id, role: 'member', state: 'active', joinedAt: expect.any(Number) })
    const heard = await ana.heard('membership.joined', (told) => told.conversationId === conversationId && told.rev > 1)
    expect(heard).toMatchObject({ rev: membership.rev, memberships: [membership], users: [bo.user] })
    const account = await bo.heard(
      'account.updated',
      ({ summaries }) => summaries[0]?.conversation.id === conversationId,
    )
    expect(account).toMatchObject({ memberships: [membership], summaries: [{ rev: membership.rev }] })

    expect(await bo.ask('membership.join', { conversationId })).toEqual({ membership })
    await say(ana, conversationId)
    await bo.heard('message.created', (told) => told.conversationId === conversationId)
    await settled(ana, dan)
    expect(eventsOf(ana, conversationId)).toHaveLength(2)
    expect(eventsOf(dan, conversationId)).toEqual([])
  })

  test('a private room requires an invitation', async () => {
    const conversationId = await openRoom(ana)
    expect(await refusalOf(bo, 'membership.join', { conversationId })).toEqual(
      await refusalOf(bo, 'membership.join', { conversationId: newId() }),
    )
    await ana.ask('membership.invite', { conversationId, userIds: [bo.id] })
    expect(await statesIn(ana, conversationId)).toMatchObject({ [bo.id]: 'invited member' })
    expect((await bo.ask('membership.join', { conversationId })).membership).toMatchObject({ state: 'active' })
  })

  test('leaves earlier messages readable and does not count them as unread', async () => {
    const conversationId = await openRoom(ana, [], { visibility: 'public' })
    for (let i = 0; i < 3; i++) await say(ana, conversationId)
    await bo.ask('membership.join', { conversationId })
    const unread = async () => (await bo.ask('conversation.get', { conversationId })).summary.unread
    expect(await unread()).toBe(0)
    expect((await bo.ask('message.page', { conversationId })).messages).toHaveLength(3)
    await say(ana, conversationId)
    expect(await unread()).toBe(1)
  })
})

describe('leaving', () => {
  test('ends the membership and keeps the room for the others', async () => {
    const conversationId = await openRoom(ana, [bo, cleo])
    await setRole(ana, conversationId, bo.id, 'admin')
    const { membership } = await bo.ask('membership.leave', { conversationId })
    expect(membership).toMatchObject({ state: 'left', role: 'member' })
    expect(await cleo.heard('membership.left', (told) => told.conversationId === conversationId)).toMatchObject({
      memberships: [membership],
    })
    expect(await refusalOf(bo, 'membership.leave', { conversationId })).toMatchObject({ code: 'not_found' })
    expect(await refusalOf(bo, 'membership.join', { conversationId })).toMatchObject({ code: 'not_found' })
    expect(Object.keys(await statesIn(cleo, conversationId)).sort()).toEqual([ana.id, cleo.id].sort())
  })

  test('declines an open invitation', async () => {
    const conversationId = await openRoom(ana)
    await ana.ask('membership.invite', { conversationId, userIds: [bo.id] })
    await bo.ask('membership.leave', { conversationId })
    expect(await refusalOf(bo, 'membership.join', { conversationId })).toMatchObject({ code: 'not_found' })
    expect(await statesIn(ana, conversationId)).toEqual({ [ana.id]: 'active owner' })
  })

  test('is refused to the last owner while others are members', async () => {
    const conversationId = await openRoom(ana, [bo])
    expect(await refusalOf(ana, 'membership.leave', { conversationId })).toMatchObject({ code: 'last_owner' })
    await setRole(ana, conversationId, bo.id, 'owner')
    await ana.ask('membership.leave', { conversationId })
    expect(await statesIn(bo, conversationId)).toEqual({ [bo.id]: 'active owner' })
    await bo.ask('membership.leave', { conversationId })
  })

  test('by the last two owners at once succeeds for one of them', async () => {
    for (let trial = 0; trial < 5; trial++) {
      const conversationId = await openRoom(ana, [bo, cleo])
      await setRole(ana, conversationId, bo.id, 'owner')
      const refusals = await Promise.all(
        [ana, bo].map((owner) => refusalOf(owner, 'membership.leave', { conversationId })),
      )
      expect(refusals.map((refusal) => refusal?.code).sort()).toEqual(['last_owner', undefined])
    }
  })
})

describe('a room is never left without an owner', () => {
  test('the last owner cannot give up the role, even when alone', async () => {
    const conversationId = await openRoom(ana)
    const input = { conversationId, userId: ana.id, role: 'member' }
    expect(await refusalOf(ana, 'membership.setRole', input)).toMatchObject({ code: 'last_owner' })
    await ana.ask('membership.add', { conversationId, userIds: [bo.id] })
    expect(await refusalOf(ana, 'membership.setRole', input)).toMatchObject({ code: 'last_owner' })
    await setRole(ana, conversationId, bo.id, 'owner')
    expect((await setRole(ana, conversationId, ana.id, 'member')).membership.role).toBe('member')
  })

  test('the first to join an empty room becomes its owner', async () => {
    const open = await openRoom(ana, [], { visibility: 'public' })
    await ana.ask('membership.leave', { conversationId: open })
    expect((await bo.ask('membership.join', { conversationId: open })).membership.role).toBe('owner')
    expect((await ana.ask('membership.join', { conversationId: open })).membership.role).toBe('member')

    const invited = await openRoom(ana)
    await ana.ask('membership.invite', { conversationId: invited, userIds: [cleo.id] })
    await ana.ask('membership.leave', { conversationId: invited })
    expect((await cleo.ask('membership.join', { conversationId: invited })).membership.role).toBe('owner')
  })
})

describe('inviting and adding', () => {
  test('changes nothing for members and invited users, and brings in the others', async () => {
    const conversationId = await openRoom(ana, [bo])
    await setRole(ana, conversationId, bo.id, 'moderator')
    const { memberships } = await bo.ask('membership.invite', { conversationId, userIds: [ana.id, cleo.id, cleo.id] })
    expect(memberships.map(({ userId, state }) => [userId, state]).sort()).toEqual(
      [
        [ana.id, 'active'],
        [cleo.id, 'invited'],
      ].sort(),
    )
    await ana.ask('membership.add', { conversationId, userIds: [bo.id, cleo.id, dan.id] })
    expect(await statesIn(dan, conversationId)).toEqual({
      [ana.id]: 'active owner',
      [bo.id]: 'active moderator',
      [cleo.id]: 'invited member',
      [dan.id]: 'active member',
    })
    await say(ana, conversationId)
    await dan.heard('message.created', (told) => told.conversationId === conversationId)
    await settled(cleo)
    expect(cleo.all('message.created').filter((told) => told.conversationId === conversationId)).toEqual([])
  })

  test('with an unknown user among them brings in nobody', async () => {
    const conversationId = await openRoom(ana)
    for (const name of ['membership.add', 'membership.invite']) {
      const input = { conversationId, userIds: [bo.id, newId()] }
      expect(await refusalOf(ana, name, input)).toMatchObject({ code: 'not_found' })
    }
    expect(Object.keys(await statesIn(ana, conversationId))).toEqual([ana.id])
  })
})

describe('a ban', () => {
  test('keeps a user out until added again', async () => {
    const conversationId = await openRoom(ana, [bo], { visibility: 'public' })
    await setRole(ana, conversationId, bo.id, 'moderator')
    await cleo.ask('membership.join', { conversationId })
    await bo.ask('membership.remove', { conversationId, userId: cleo.id, ban: true })
    expect(await refusalOf(cleo, 'membership.join', { conversationId })).toMatchObject({ code: 'not_found' })
    await bo.ask('membership.invite', { conversationId, userIds: [cleo.id] })
    expect(await refusalOf(cleo, 'membership.join', { conversationId })).toMatchObject({ code: 'not_found' })
    expect(await refusalOf(bo, 'membership.add', { conversationId, userIds: [cleo.id] })).toMatchObject({
      code: 'forbidden',
    })
    await ana.ask('membership.add', { conversationId, userIds: [cleo.id] })
    expect(await statesIn(cleo, conversationId)).toMatchObject({ [cleo.id]: 'active member' })
  })

  test('is stricter than a removal, after which a user may join again', async () => {
    const conversationId = await openRoom(ana, [], { visibility: 'public' })
    await cleo.ask('membership.join', { conversationId })
    const { membership } = await ana.ask('membership.remove', { conversationId, userId: cleo.id })
    expect(membership.state).toBe('removed')
    expect((await cleo.ask('membership.join', { conversationId })).membership.state).toBe('active')
    await ana.ask('membership.remove', { conversationId, userId: cleo.id })
    expect(await refusalOf(ana, 'membership.remove', { conversationId, userId: cleo.id })).toMatchObject({
      code: 'not_found',
    })
  })
})

const roles = ['owner', 'admin', 'moderator', 'member'] as const
const rank = (role: Role) => roles.length - roles.indexOf(role)

describe.each(roles)('the role %s', (mine) => {
  let room: string
  beforeAll(async () => {
    room = await openRoom(ana, [bo])
    if (mine !== 'member') await setRole(ana, room, bo.id, mine)
  })

  test.each(roles)('may remove a(n) %s only with a higher role, or as an owner', async (theirs) => {
    await ana.ask('membership.add', { conversationId: room, userIds: [cleo.id] })
    await setRole(ana, room, cleo.id, theirs)
    const allowed = mine !== 'member' && (rank(mine) > rank(theirs) || mine === 'owner')
    const input = { conversationId: room, userId: cleo.id }
    expect((await refusalOf(bo, 'membership.remove', input))?.code).toBe(allowed ? undefined : 'forbidden')
    expect((await statesIn(ana, room))[cleo.id]).toBe(allowed ? undefined : `active ${theirs}`)
  })

  test.each(roles)('may give the role %s only up to its own, to users below it or as an owner', async (given) => {
    for (const theirs of roles) {
      await ana.ask('membership.add', { conversationId: room, userIds: [dan.id] })
      await setRole(ana, room, dan.id, theirs)
      const below = rank(mine) > rank(theirs) || mine === 'owner'
      const allowed = (mine === 'owner' || mine === 'admin') && rank(mine) >= rank(given) && below
      const input = { conversationId: room, userId: dan.id, role: given }
      expect((await refusalOf(bo, 'membership.setRole', input))?.code).toBe(allowed ? undefined : 'forbidden')
      expect((await statesIn(ana, room))[dan.id]).toBe(`active ${allowed ? given : theirs}`)
    }
  })

  test('cannot be raised by oneself', async () => {
    for (const given of roles.filter((role) => rank(role) > rank(mine))) {
      const input = { conversationId: room, userId: bo.id, role: given }
      expect(await refusalOf(bo, 'membership.setRole', input)).toMatchObject({ code: 'forbidden' })
    }
    expect((await statesIn(ana, room))[bo.id]).toBe(`active ${mine}`)
  })
})

test('permissions end with the role or the membership, and do not return on joining again', async () => {
  const conversationId = await openRoom(ana, [bo], { visibility: 'public' })
  await setRole(ana, conversationId, bo.id, 'admin')
  await bo.ask('membership.leave', { conversationId })
  await bo.ask('membership.join', { conversationId })
  expect(await refusalOf(bo, 'conversation.update', { conversationId, name: 'Mine' })).toMatchObject({
    code: 'forbidden',
  })
  expect((await statesIn(ana, conversationId))[bo.id]).toBe('active member')
})

test('the list of members continues after its last entry and has everyone once', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => arrive(server)))
  const conversationId = await openRoom(ana, people)
  const met: string[] = []
  for (let more = true; more; ) {
    const { memberships, users, hasMore } = await ana.ask('membership.list', {
      conversationId,
      limit: 2,
      after: met.at(-1),
    })
    expect(users.map(({ id }) => id)).toEqual(memberships.map(({ userId }) => userId))
    met.push(...memberships.map(({ userId }) => userId))
    more = hasMore
  }
  expect(met).toEqual([ana, ...people].map(({ id }) => id).sort())
})

test('the members of several conversations are listed without invited ones and without other people’s conversations', async () => {
  const [one, other, hidden, invited] = [
    await openRoom(ana, [bo, cleo]),
    await openRoom(bo, [ana]),
    await openRoom(bo, [cleo]),
    await openRoom(bo, [cleo]),
  ]
  await ana.ask('membership.invite', { conversationId: one, userIds: [dan.id] })
  await bo.ask('membership.invite', { conversationId: invited, userIds: [ana.id] })
  const conversationIds = [hidden, other, one, invited, other, 'nowhere']
  const { memberships, users } = await ana.ask('membership.listMany', { conversationIds })
  const inRoom = (conversationId: string, ...people: Person[]) =>
    people
      .map(({ id }) => id)
      .sort()
      .map((userId) => ({ conversationId, userId, state: 'active' }))
  expect(memberships).toMatchObject([...inRoom(other, ana, bo), ...inRoom(one, ana, bo, cleo)])
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
  expect(users.toSorted(byId)).toEqual([ana.user, bo.user, cleo.user].sort(byId))
})

test('the members that one answer has no room for are left for the next', async () => {
  const picture = `/${'€'.repeat(1_999)}`
  const long = Array.from({ length: 90 }, (_, n) => `long${n}`)
  await Promise.all(long.map((id) => server.parley.users.upsert({ id, username: id, avatarUrl: picture })))
  const members = [ana.id, ...long]
  const rooms = await Promise.all(
    ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'].map(
      async (context) => (await server.parley.conversations.ensure({ context, members })).conversation.id,
    ),
  )
  const listed: Membership[] = []
  for (let left = rooms; left.length > 0; ) {
    const answer = await ana.ask('membership.listMany', { conversationIds: left })
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(limits.pageBytes + 1_000_000)
    listed.push(...answer.memberships)
    expect(answer.rest).toEqual(rooms.slice(listed.length / members.length))
    left = answer.rest
  }
  expect(listed).toHaveLength(rooms.length * members.length)
})
