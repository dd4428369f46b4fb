import type { Conversation, SignedIn, User } from '@parley/protocol'
import { startTestServer } from '@parley/server/testing'
import { arrive, newId, newName, openRoom, say, settled } from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { testKeys } from '@parley/server/testing/test-keys'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'

/*
 * What a backend can do with an API key and no user can: deactivate, restore and erase users, and ensure rooms for its
 * references.
 */

const { server } = serverWithPeople([], {
  sharedDatabase: true,
  authenticate: ({ token = '' }) => ({ id: token, username: token }),
})

let key: string
beforeAll(async () => {
  key = (await testKeys(server).make('users', 'conversations', 'erase', 'act-as')).text
})

interface Asked {
  by?: string
  as?: string
  /** The `Idempotency-Key`. */
  named?: string
  body?: unknown
}

async function ask(method: string, path: string, { by = key, as, named, body }: Asked = {}) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${by}`,
      ...(as === undefined ? {} : { 'parley-user': as }),
      ...(named === undefined ? {} : { 'idempotency-key': named }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  })
  const { data, error } = (await response.json()) as { data?: Record<string, never>; error?: { code: string } }
  return { status: response.status, data, code: error?.code }
}

/** Connects a user of the host. */
const come = async (name: string) => {
  const id = newName(name)
  return { ...(await server.connect({ accessToken: id } as SignedIn)), id }
}
const knock = (id: string) =>
  server.connect({ accessToken: id } as SignedIn).then(
    () => 'in',
    ({ data }) => data?.code,
  )
const known = async (name: string) => {
  const id = newName(name)
  await ask('PUT', `/users/${id}`, { body: { username: id } })
  return id
}

const found = async (userId: string) => (await ask('GET', `/users/${userId}`, { as: await known('reader') })).data?.user

describe('a backend', () => {
  test('deactivates a user at once and on every node, and restores them', async () => {
    const [ana, bo] = [await come('ana'), await come('bo')]
    const room = await openRoom(ana)
    await ask('POST', `/conversations/${room}/memberships`, { as: ana.id, body: { userIds: [bo.id] } })
    const { seq } = await say(bo, room, 'What bo says')
    const path = `/users/${bo.id}`
    expect(await ask('POST', `${path}/deactivate`)).toMatchObject({ status: 200, data: {} })
    expect(await bo.heard('session.ended')).toEqual({ reason: 'revoked' })
    expect(await Promise.all([1, 2, 3].map(() => knock(bo.id)))).not.toContain('in')
    expect(await ask('GET', '/users/me', { as: bo.id })).toMatchObject({ code: 'not_found' })
    expect((await ana.ask('message.page', { conversationId: room })).messages).toMatchObject([{ seq, senderId: bo.id }])
    expect(await ask('POST', `${path}/deactivate`)).toMatchObject({ status: 200 })
    await settled(ana)
    expect(ana.all('session.ended')).toEqual([])
    expect(await ask('POST', `${path}/restore`)).toMatchObject({ data: { user: { id: bo.id } } })
    expect(await knock(bo.id)).toBe('in')
  })

  test('starts to erase a user, and a later request says when that is done', async () => {
    const [ana, bird] = [await come('ana'), await come('kanarienvogel')]
    const room = await openRoom(ana)
    await ask('POST', `/conversations/${room}/memberships`, { as: ana.id, body: { userIds: [bird.id] } })
    for (const text of ['one', 'two', 'three']) await say(bird, room, `canary ${text}`)
    const path = `/users/${bird.id}`
    expect(await ask('DELETE', path)).toMatchObject({ status: 200, data: { isDone: false } })
    expect(await bird.heard('session.ended')).toEqual({ reason: 'revoked' })
    await expect.poll(async () => (await ask('DELETE', path)).data).toEqual({ isDone: true })
    const { messages } = await ana.ask('message.page', { conversationId: room })
    expect(messages).toMatchObject([{ body: null }, { body: null }, { body: null }])
    expect(await found(bird.id)).toMatchObject({ displayName: 'Deleted user' })
    for (const verb of ['deactivate', 'restore'])
      expect(await ask('POST', `${path}/${verb}`)).toMatchObject({ code: 'not_found' })
    expect(await ask('PUT', path, { body: { username: 'again' } })).toMatchObject({ code: 'forbidden' })
    expect(await ask('PUT', '/users', { body: { users: [{ userId: bird.id, username: 'again' }] } })).toMatchObject({
      code: 'forbidden',
    })
    expect(await knock(bird.id)).not.toBe('in')
  })

  test('ensures one room for a reference, with the members that it names', async () => {
    const [ana, bo] = [await come('ana'), await known('bo')]
    const context = newName('order')
    const body = { context, name: 'Order 77', members: [{ userId: ana.id }, { userId: bo, role: 'admin' }] }
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask('PUT', '/conversations', { body })))
    const rooms = answers.map(({ data }) => data as unknown as { conversation: Conversation; isNew: boolean })
    expect(new Set(rooms.map(({ conversation }) => conversation.id)).size).toBe(1)
    expect(rooms.filter(({ isNew }) => isNew)).toHaveLength(1)
    const [{ conversation }] = rooms as [(typeof rooms)[0]]
    expect(conversation).toMatchObject({ kind: 'room', visibility: 'private', context, name: 'Order 77' })
    const { id } = conversation
    await ana.heard('account.updated', ({ summaries }) => summaries.some((one) => one.conversation.id === id))
    const membersOf = async () => {
      const { memberships } = await ana.ask('membership.list', { conversationId: id })
      return Object.fromEntries(memberships.filter(({ state }) => state === 'active').map((m) => [m.userId, m.role]))
    }
    expect(await membersOf()).toEqual({ [ana.id]: 'owner', [bo]: 'admin' })
    const only = { context, members: [{ userId: ana.id }], onlyThese: true }
    expect(await ask('PUT', '/conversations', { body: only })).toMatchObject({ data: { isNew: false } })
    expect(await membersOf()).toEqual({ [ana.id]: 'owner' })
  })

  test('that repeats a request with one idempotency key gets the same answer, and the request is done once', async () => {
    const [ana, bo, named] = [await come('ana'), await known('bo'), newId()]
    const body = { context: newName('order'), members: [{ userId: ana.id }] }
    const first = await ask('PUT', '/conversations', { body, named })
    expect(first).toMatchObject({ data: { isNew: true } })
    expect(await ask('PUT', '/conversations', { body, named })).toEqual(first)
    expect(await ask('PUT', '/conversations', { body: { ...body, onlyThese: true }, named })).toMatchObject({
      code: 'idempotency_conflict',
    })
    const people = { users: [{ userId: bo, username: bo, displayName: 'Bo' }] }
    const described = await ask('PUT', '/users', { body: people, named: `${named}-users` })
    await ask('PUT', `/users/${bo}`, { body: { username: bo, displayName: 'Later' } })
    expect(await ask('PUT', '/users', { body: people, named: `${named}-users` })).toEqual(described)
    // The stored answer was returned, and the request was not done again.
    expect(await found(bo)).toMatchObject({ displayName: 'Later' })
    for (let times = 0; times < 2; times++) {
      const erased = await ask('DELETE', `/users/${bo}`, { named: `${named}-erase` })
      expect(erased).toMatchObject({ data: { isDone: false } })
    }
  })
})

test('a backend updates many users of many rooms in one request, while other users send messages', async () => {
  const [ana, bo] = [await come('ana'), await come('bo')]
  const room = await openRoom(bo)
  const people = await Promise.all(Array.from({ length: 30 }, () => known('one')))
  for (const place of [1, 2, 3, 4, 5, 6])
    await ask('PUT', '/conversations', {
      body: { context: newName(`project ${place}`), members: [ana.id, ...people].map((userId) => ({ userId })) },
    })
  const users = people.map((userId) => ({ userId, username: userId, displayName: `The ${userId}` }))
  const [described] = await Promise.all([ask('PUT', '/users', { body: { users } }), say(bo, room)])
  expect(described.data?.users).toMatchObject(users.map(({ userId, displayName }) => ({ id: userId, displayName })))
  for (const { userId, displayName } of users) {
    await ana.heard('membership.updated', ({ users: told = [] }) =>
      told.some((user: User) => user.id === userId && user.displayName === displayName),
    )
  }
  expect(await ask('PUT', '/users', { body: { users: [users[0], users[0]] } })).toMatchObject({ code: 'invalid_input' })
})

describe('refused is', () => {
  const calls = [
    ['POST', '/users/USER/deactivate', 'users', undefined],
    ['POST', '/users/USER/restore', 'users', undefined],
    ['DELETE', '/users/USER', 'erase', undefined],
    ['PUT', '/conversations', 'conversations', { context: 'theirs', members: [{ userId: 'USER' }] }],
  ] as const
  const all = ['users', 'conversations', 'erase', 'act-as'] as const

  test.each(calls)('%s %s to every key without the scope %s, and to users and bots', async (...call) => {
    const [method, path, scope, given] = call
    const ana = await come('ana')
    const asked = {
      path: path.replace('USER', ana.id),
      body: given && { ...given, members: [{ userId: ana.id }] },
    }
    const keys = testKeys(server)
    const others = await keys.make(...all.filter((one) => one !== scope))
    expect(await ask(method, asked.path, { by: others.text, body: asked.body })).toMatchObject({ code: 'forbidden' })
    const { text } = await keys.bot(newName('bot'))
    const codes = [
      await ask(method, asked.path, { by: ana.id, body: asked.body }),
      await ask(method, asked.path, { by: text, body: asked.body }),
      await ask(method, asked.path, { as: ana.id, body: asked.body }),
    ].map(({ code }) => code)
    expect(codes).toEqual(['unauthenticated', 'unknown_operation', 'unknown_operation'])
    await settled(ana)
    expect(ana.all('session.ended')).toEqual([])
    expect((await ana.ask('conversation.list', {})).summaries).toEqual([])
  })

  test('a user who does not exist', async () => {
    const ana = await known('ana')
    for (const id of [newId(), 'nobody']) {
      for (const verb of ['deactivate', 'restore'])
        expect(await ask('POST', `/users/${id}/${verb}`)).toMatchObject({ code: 'not_found' })
      expect(await ask('DELETE', `/users/${id}`)).toMatchObject({ code: 'not_found' })
      const members = [{ userId: ana }, { userId: id }]
      expect(await ask('PUT', '/conversations', { body: { context: newName('order'), members } })).toMatchObject({
        code: 'not_found',
      })
    }
  })

  test.each([
    {},
    { context: '', members: [{ userId: 'ana' }] },
    { context: 'x'.repeat(201), members: [{ userId: 'ana' }] },
    { context: 'x\u0000', members: [{ userId: 'ana' }] },
    { context: 'x', members: [] },
    { context: 'x', members: ['ana'] },
    { context: 'x', members: [{ userId: 'ana', role: 'king' }] },
    { context: 'x', members: [{ userId: "' or 1=1" }] },
    { context: 'x', members: Array.from({ length: 101 }, (_, at) => ({ userId: `u${at}` })) },
    { context: 'x', members: [{ userId: 'ana' }], visibility: 'secret' },
    { context: 'x', members: [{ userId: 'ana' }], createdBy: 'ana' },
  ])('a room as %j', async (body) => {
    expect(await ask('PUT', '/conversations', { body })).toMatchObject({ status: 400, code: 'invalid_input' })
  })

  test('a change of a user who has registered at Parley', async () => {
    const own = await startTestServer({ sharedDatabase: true })
    onTestFinished(() => own.close())
    const ana = await arrive(own)
    const { text } = await testKeys(own).make(...all)
    const headers = { authorization: `Bearer ${text}` }
    for (const [method, path] of calls.slice(0, 3)) {
      const answer = await fetch(`${own.url}/api/v1${path.replace('USER', ana.id)}`, { method, headers })
      expect(await answer.json()).toMatchObject({ error: { code: 'forbidden' } })
    }
    await settled(ana)
    expect(ana.all('session.ended')).toEqual([])
  })
})
