import { knock } from '@parley/server/testing/knock'
import { newId, newName, openRoom, plain, settled } from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { testKeys } from '@parley/server/testing/test-keys'
import { beforeAll, describe, expect, test } from 'vitest'

const { server, ana, bo } = serverWithPeople(['ana', 'bo'], { sharedDatabase: true })

let backend: { id: string; text: string }
let reader: { id: string; text: string }
beforeAll(async () => {
  backend = await testKeys(server).make('users', 'act-as')
  reader = await testKeys(server).make()
})

/** Sends a request of a backend, as the user `as` or as itself; resolves with the answer and its status. */
async function ask(key: string, method: string, path: string, body?: unknown, as?: string) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(as === undefined ? {} : { 'parley-user': as }) },
    body: body === undefined ? null : JSON.stringify(body),
  })
  const { data, error } = (await response.json()) as { data?: never; error?: { code: string; message: string } }
  return { status: response.status, data, code: error?.code, message: error?.message }
}

describe('a backend with the scope act-as', () => {
  test('can do what the user can, and nothing more', async () => {
    expect(await ask(backend.text, 'GET', '/users/me', undefined, ana.id)).toMatchObject({ data: { user: ana.user } })
    const conversationId = await openRoom(ana, [])
    const message = { id: newId(), body: plain('From the backend') }
    const path = `/conversations/${conversationId}/messages`
    expect(await ask(backend.text, 'POST', path, message, ana.id)).toMatchObject({
      status: 201,
      data: { message: { senderId: ana.id } },
    })
    expect(await ana.heard('message.created', (change) => change.conversationId === conversationId)).toBeDefined()
    await settled(bo)
    expect(bo.all('message.created').filter((change) => change.conversationId === conversationId)).toEqual([])
    expect(await ask(backend.text, 'POST', path, { ...message, id: newId() }, bo.id)).toMatchObject({
      code: 'not_found',
    })
  })

  test('is refused for a user who does not exist', async () => {
    for (const name of ['nobody', 'a b', 'x'.repeat(500), '..%2f', "' or 1=1"]) {
      expect(await ask(backend.text, 'GET', '/users/me', undefined, name)).toMatchObject({ code: 'not_found' })
    }
  })

  test('is unauthenticated without the name of a user', async () => {
    expect(await ask(backend.text, 'GET', '/users/me')).toMatchObject({ status: 401, code: 'unauthenticated' })
  })

  test('can also use the endpoints of other vocabularies', async () => {
    const headers = { authorization: `Bearer ${backend.text}`, 'parley-user': ana.id }
    expect((await fetch(`${server.url}/chat/rooms`, { headers })).status).toBe(200)
    const nobody = { ...headers, 'parley-user': 'nobody' }
    expect((await fetch(`${server.url}/chat/rooms`, { headers: nobody })).status).toBe(404)
  })

  test('cannot connect with a socket', async () => {
    const shown: Record<string, string>[] = [{}, { 'parley-user': ana.id }]
    for (const extraHeaders of shown) {
      const auth = { token: backend.text, protocol: 1 }
      expect(await knock(server.url, auth, { extraHeaders })).toMatchObject({ code: 'unauthenticated' })
    }
  })
})

const described = (userId: string, more: object = {}) => ({ userId, username: newName('cleo'), ...more })

describe('a backend with the scope users', () => {
  test('creates users, who can be found before their first visit, and updates them', async () => {
    const { userId, ...given } = described(newId(), {
      displayName: 'Cleo Kurz',
      avatarUrl: 'https://app.example/c.png',
    })
    const user = { id: userId, ...given, role: 'user' }
    expect(await ask(backend.text, 'PUT', `/users/${userId}`, given)).toMatchObject({ status: 200, data: { user } })
    expect((await ana.ask('user.search', { query: given.username })).users).toEqual([user])
    const conversationId = await openRoom(ana, [])
    await ana.ask('membership.add', { conversationId, userIds: [userId] })
    await ask(backend.text, 'PUT', `/users/${userId}`, { ...given, displayName: 'Dr. Kurz' })
    const told = await ana.heard('membership.updated', ({ users = [] }) => users.some(({ id }) => id === userId))
    expect(told.users).toContainEqual({ ...user, displayName: 'Dr. Kurz' })
  })

  test('creates many users at once, all or none', async () => {
    const some = [described(newId()), described(newId(), { role: 'guest' })]
    const reply = await ask(backend.text, 'PUT', '/users', { users: some })
    expect(reply).toMatchObject({ data: { users: some.map(({ userId }) => ({ id: userId })) } })
    const other = described(newId())
    const bad = [other, described(ana.id)]
    expect(await ask(backend.text, 'PUT', '/users', { users: bad })).toMatchObject({ status: 403, code: 'forbidden' })
    await expect(ana.ask('user.get', { userId: other.userId })).rejects.toMatchObject({ code: 'not_found' })
    const tooMany = Array.from({ length: 101 }, () => described(newId()))
    expect(await ask(backend.text, 'PUT', '/users', { users: tooMany })).toMatchObject({ code: 'invalid_input' })
  })

  test('cannot change users who have registered at Parley', async () => {
    const given = { username: 'mallory', role: 'admin' }
    expect(await ask(backend.text, 'PUT', `/users/${bo.id}`, given)).toMatchObject({ code: 'forbidden' })
    expect((await ana.ask('user.get', { userId: bo.id })).user).toEqual(bo.user)
  })

  test('cannot create users while it acts as a user', async () => {
    const { userId, ...given } = described(newId())
    const reply = await ask(backend.text, 'PUT', `/users/${userId}`, given, ana.id)
    expect(reply).toMatchObject({ status: 404, code: 'unknown_operation' })
  })

  test('does what is refused to users and strangers', async () => {
    const { userId, ...given } = described(newId())
    const path = `/users/${userId}`
    expect((await server.rest('PUT', path, { body: given, token: ana.signedIn.accessToken })).status).toBe(401)
    expect((await server.rest('PUT', path, { body: given })).status).toBe(401)
    expect(await ana.reply('user.upsert', { userId, ...given })).toMatchObject({ error: { code: 'unknown_operation' } })
    await expect(ana.ask('user.get', { userId })).rejects.toMatchObject({ code: 'not_found' })
  })
})

test('a key without scopes can neither create users nor act as one', async () => {
  const { userId, ...given } = described(newId())
  expect(await ask(reader.text, 'PUT', `/users/${userId}`, given)).toMatchObject({ status: 403, code: 'forbidden' })
  expect(await ask(reader.text, 'GET', '/users/me', undefined, ana.id)).toMatchObject({
    status: 403,
    code: 'forbidden',
  })
})

describe('refused is', () => {
  test('a key that differs in any part from an existing one', async () => {
    const [, , id = '', secret = ''] = /^(parley_live_)([0-9a-f]+)_(.+)$/.exec(backend.text)?.slice(0) ?? []
    const shown = [
      `parley_live_${'0'.repeat(16)}_${secret}`,
      `parley_live_${id}_${'x'.repeat(43)}`,
      `parley_live_${reader.id}_${secret}`,
      backend.text.slice(0, -1),
      `${backend.text}x`,
      `parley_live_${id}_`,
      'parley_live_',
      `parley_live_${'x'.repeat(10_000)}`,
    ]
    for (const key of shown) {
      expect(await ask(key, 'GET', '/users/me', undefined, ana.id)).toMatchObject({ code: 'unauthenticated' })
    }
  })

  test('a revoked key, at once and on every node', async () => {
    const keys = testKeys(server)
    const key = await keys.make('act-as')
    const codes = () =>
      Promise.all([1, 2, 3].map(async () => (await ask(key.text, 'GET', '/users/me', undefined, ana.id)).code))
    expect(await codes()).toEqual([undefined, undefined, undefined])
    await keys.revoke(key)
    expect(await codes()).toEqual(Array(3).fill('unauthenticated'))
  })
})
