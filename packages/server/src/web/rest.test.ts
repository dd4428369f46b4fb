import { Agent, request } from 'node:http'
import { type OperationName, operationNames, operations } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exampleInput } from '../testing/example-input.ts'
import { arrive, arriveAll, newId, newName, openDirect, openRoom, type Person, plain, say } from '../testing/people.ts'
import { askOverRest } from '../testing/rest-form.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let ana: Person
let bo: Person
let cleo: Person
beforeAll(async () => {
  server = await startTestServer({ allowedOrigins: ['https://friend.example'] })
  // The first is the administrator.
  ana = await arrive(server, 'ana')
  ;[bo, cleo] = await arriveAll(server, 'bo', 'cleo')
})
afterAll(() => server.close())

interface Case {
  /** What to ask as `ana`, and what the answer must have. */
  input: (room: string, messageId: string) => object | Promise<object>
  answer: (room: string, messageId: string) => object
}

const session = async () => {
  const { username } = ana.user
  const response = await server.rest('POST', '/sessions', { body: { username, password: `password of ${username}` } })
  return ((await response.json()) as { data: { sessionId: string; refreshToken: string; accessToken: string } }).data
}

/** Somebody who asked `ana` to be a contact. */
const asker = async () => {
  const person = await arrive(server)
  await person.ask('contact.request', { userId: ana.id })
  return person
}

/** An upload that `ana` has begun. */
const upload = async () => {
  const attachmentId = newId()
  await ana.ask('attachment.create', { id: attachmentId, kind: 'file', name: 'Notes.txt', size: 12 })
  return { attachmentId }
}

const contactIs = (state: string) => () => ({ contact: { state } })

const one = (userId: string, state: string) => [{ userId, state }]

/** What is asked and answered; an operation without a case is asked with its example, and answers. */
const cases: { [N in OperationName]?: Case } = {
  'user.register': {
    input: () => ({ username: newName('new'), password: 'a long password', displayName: 'New' }),
    answer: () => ({ user: { displayName: 'New' }, accessToken: expect.any(String) }),
  },
  'session.create': {
    input: () => ({ username: ana.user.username, password: `password of ${ana.user.username}` }),
    answer: () => ({ user: { id: ana.id } }),
  },
  'session.refresh': {
    input: async () => ({ refreshToken: (await session()).refreshToken }),
    answer: () => ({ user: { id: ana.id } }),
  },
  'session.renew': {
    input: async () => ({ accessToken: (await session()).accessToken }),
    answer: () => ({ expiresAt: expect.any(Number) }),
  },
  'session.list': {
    input: () => ({}),
    answer: () => ({ sessions: expect.arrayContaining([expect.objectContaining({ current: true })]) }),
  },
  'session.revoke': { input: async () => ({ sessionId: (await session()).sessionId }), answer: () => ({}) },
  'user.me': { input: () => ({}), answer: () => ({ user: { id: ana.id } }) },
  'user.search': { input: () => ({ query: bo.user.username, limit: 1 }), answer: () => ({ users: [{ id: bo.id }] }) },
  'user.get': { input: () => ({ userId: bo.id }), answer: () => ({ user: { id: bo.id } }) },
  'user.update': {
    input: () => ({ displayName: 'Ana', avatarUrl: null }),
    answer: () => ({ user: { displayName: 'Ana' } }),
  },
  'user.changePassword': {
    input: () => ({
      currentPassword: `password of ${ana.user.username}`,
      newPassword: `password of ${ana.user.username}`,
    }),
    answer: () => ({}),
  },
  'contact.request': { input: async () => ({ userId: (await arrive(server)).id }), answer: contactIs('requested') },
  'contact.accept': { input: async () => ({ userId: (await asker()).id }), answer: contactIs('accepted') },
  'contact.decline': { input: async () => ({ userId: (await asker()).id }), answer: contactIs('ended') },
  'contact.withdraw': {
    input: async () => {
      const { id: userId } = await arrive(server)
      await ana.ask('contact.request', { userId })
      return { userId }
    },
    answer: contactIs('ended'),
  },
  'contact.remove': {
    input: async () => {
      const { id: userId } = await asker()
      await ana.ask('contact.accept', { userId })
      return { userId }
    },
    answer: contactIs('ended'),
  },
  'administration.suspend': {
    input: async () => ({ userId: (await arrive(server)).id, reason: 'Spam' }),
    answer: () => ({ person: { state: 'suspended' } }),
  },
  'administration.restore': {
    input: async () => {
      const { id: userId } = await arrive(server)
      await ana.ask('administration.suspend', { userId })
      return { userId }
    },
    answer: () => ({ person: { state: 'active' } }),
  },
  'administration.endSessions': { input: async () => ({ userId: (await arrive(server)).id }), answer: () => ({}) },
  'administration.createPasswordLink': {
    input: async () => ({ userId: (await arrive(server)).id }),
    answer: () => ({ token: expect.any(String) }),
  },
  'administration.listPeople': {
    input: () => ({ query: bo.user.username, limit: 1 }),
    answer: () => ({ people: [{ user: { id: bo.id }, state: 'active' }] }),
  },
  'administration.removeRoom': { input: async () => ({ conversationId: await openRoom(bo) }), answer: () => ({}) },
  'administration.listRooms': { input: () => ({ limit: 1 }), answer: () => ({ rooms: [expect.anything()] }) },
  'administration.listActs': { input: () => ({ limit: 1 }), answer: () => ({ acts: [{ actorId: ana.id }] }) },
  'passwordLink.use': {
    input: async () => {
      const { id: userId } = await arrive(server)
      const { token } = await ana.ask('administration.createPasswordLink', { userId })
      return { token, newPassword: 'a new long password' }
    },
    answer: () => ({ username: expect.any(String) }),
  },
  'hiding.set': {
    input: async () => ({ conversationId: await openDirect(ana, bo) }),
    answer: () => ({ hiding: { removed: false } }),
  },
  'hiding.remove': {
    input: async () => {
      const conversationId = await openDirect(ana, bo)
      await ana.ask('hiding.set', { conversationId })
      return { conversationId }
    },
    answer: () => ({ hiding: { removed: true } }),
  },
  'block.add': {
    input: async () => ({ userId: (await arrive(server)).id }),
    answer: () => ({ block: { removed: false } }),
  },
  'block.remove': {
    input: async () => {
      const { id: userId } = await arrive(server)
      await ana.ask('block.add', { userId })
      return { userId }
    },
    answer: () => ({ block: { removed: true } }),
  },
  'conversation.list': {
    input: () => ({ kind: 'room', limit: 1 }),
    answer: () => ({ summaries: [{ conversation: { kind: 'room' } }] }),
  },
  'conversation.discover': { input: () => ({ query: '100 %', limit: 5 }), answer: () => ({ rooms: [] }) },
  'conversation.findDirect': { input: () => ({ userId: cleo.id }), answer: () => ({ summary: null }) },
  'conversation.get': {
    input: (conversationId) => ({ conversationId }),
    answer: (id) => ({ summary: { conversation: { id } } }),
  },
  'conversation.create': {
    input: () => ({ name: 'Garden', userIds: [bo.id] }),
    answer: () => ({ summary: { conversation: { name: 'Garden' } } }),
  },
  'conversation.openDirect': {
    input: () => ({ userId: bo.id, context: 'job' }),
    answer: () => ({ summary: { conversation: { context: 'job' } } }),
  },
  'conversation.update': {
    input: (conversationId) => ({ conversationId, topic: 'New' }),
    answer: (id) => ({ conversation: { id, topic: 'New' } }),
  },
  'membership.list': {
    input: (conversationId) => ({ conversationId, limit: 1 }),
    answer: () => ({ memberships: [{ state: 'active' }], hasMore: true }),
  },
  'membership.join': {
    input: (conversationId) => ({ conversationId }),
    answer: () => ({ membership: { role: 'owner' } }),
  },
  'membership.leave': {
    input: async () => ({ conversationId: await openRoom(ana) }),
    answer: () => ({ membership: { state: 'left' } }),
  },
  'membership.invite': {
    input: (conversationId) => ({ conversationId, userIds: [cleo.id] }),
    answer: () => ({ memberships: one(cleo.id, 'invited') }),
  },
  'membership.add': {
    input: (conversationId) => ({ conversationId, userIds: [cleo.id] }),
    answer: () => ({ memberships: one(cleo.id, 'active') }),
  },
  'membership.remove': {
    input: (conversationId) => ({ conversationId, userId: bo.id, ban: true }),
    answer: () => ({ membership: { userId: bo.id, state: 'banned' } }),
  },
  'membership.setRole': {
    input: (conversationId) => ({ conversationId, userId: bo.id, role: 'admin' }),
    answer: () => ({ membership: { role: 'admin' } }),
  },
  'message.send': {
    input: (conversationId) => ({ conversationId, id: newId(), body: plain('x') }),
    answer: () => ({ message: { seq: 2 } }),
  },
  'message.edit': {
    input: (_, messageId) => ({ messageId, body: plain('edited') }),
    answer: () => ({ message: { body: plain('edited') } }),
  },
  'message.delete': { input: (_, messageId) => ({ messageId }), answer: () => ({ message: { body: null } }) },
  'message.get': {
    input: (_, messageId) => ({ messageId }),
    answer: (_, id) => ({ message: { id }, sender: { id: ana.id } }),
  },
  'message.page': {
    input: (conversationId) => ({ conversationId, before: 2, limit: 1 }),
    answer: (_, id) => ({ messages: [{ id }] }),
  },
  'attachment.get': { input: upload, answer: () => ({ attachment: { name: 'Notes.txt', state: 'uploading' } }) },
  'attachment.discard': { input: upload, answer: () => ({}) },
  'hook.create': {
    input: (conversationId) => ({ conversationId, name: 'Builds' }),
    answer: () => ({ hook: { name: 'Builds' } }),
  },
  'hook.revoke': {
    input: async (conversationId) => {
      const { hook } = await ana.ask('hook.create', { conversationId, name: 'Builds' })
      return { conversationId, hookId: hook.id }
    },
    answer: () => ({}),
  },
  'offer.decide': {
    input: async (conversationId) => {
      const id = newId()
      const body = { kind: 'plain', text: '', offer: { amount: 5_000, currency: 'EUR' } } as const
      await bo.ask('message.send', { conversationId, id, body })
      return { messageId: id, decision: 'accept' }
    },
    answer: () => ({ offer: { status: 'accepted' } }),
  },
  'receipt.read': {
    input: (conversationId) => ({ conversationId, seq: 1 }),
    answer: () => ({ receipt: { readSeq: 1 } }),
  },
  'receipt.delivered': {
    input: (conversationId) => ({ conversationId, seq: 1 }),
    answer: () => ({ receipt: { deliveredSeq: 1 } }),
  },
  'typing.set': { input: (conversationId) => ({ conversationId, isTyping: true }), answer: () => ({}) },
  'presence.set': { input: () => ({ status: 'away' }), answer: () => ({ presence: { status: 'away' } }) },
  'presence.watch': { input: () => ({ userIds: [ana.id] }), answer: () => ({ presences: [{ userId: ana.id }] }) },
  'sync.run': { input: () => ({}), answer: () => ({ reset: true }) },
}

describe('over REST', () => {
  test.each(operationNames.filter((name) => name !== 'session.end' && !('keyOnly' in operations[name])))(
    '%s has the same result as over a socket',
    async (name) => {
      const room = await openRoom(ana, [bo])
      const { id: messageId } = await say(ana, room)
      const example = () => exampleInput(name, { conversationId: room, messageId, member: bo, newcomer: cleo })
      const { input, answer } = cases[name] ?? { input: example, answer: () => ({}) }
      const response = await askOverRest(server, name, await input(room, messageId), ana.signedIn.accessToken)
      const operation = operations[name]
      expect(await response.json()).toMatchObject({ ok: true, data: answer(room, messageId) })
      expect(response.status).toBe('status' in operation.http ? operation.http.status : 200)
    },
  )

  test('a session can end itself', async () => {
    const { accessToken } = await session()
    expect(await (await askOverRest(server, 'session.end', {}, accessToken)).json()).toEqual({ ok: true, data: {} })
    expect((await askOverRest(server, 'session.end', {}, accessToken)).status).toBe(401)
  })

  test('other members receive the event over their sockets', async () => {
    const room = await openRoom(ana, [bo])
    await askOverRest(
      server,
      'message.send',
      { conversationId: room, id: newId(), body: plain('by REST') },
      ana.signedIn.accessToken,
    )
    await bo.heard('message.created', (told) => told.conversationId === room)
  })

  test('a field in the path wins over the same field in the body', async () => {
    const [room, other] = [await openRoom(ana), await openRoom(ana)]
    const body = { conversationId: other, name: 'Renamed' }
    const response = await server.rest('PATCH', `/conversations/${room}`, { token: ana.signedIn.accessToken, body })
    expect(await response.json()).toMatchObject({ data: { conversation: { id: room, name: 'Renamed' } } })
    expect((await ana.ask('conversation.get', { conversationId: other })).summary.conversation.name).toBe('Kitchen')
  })
})

describe('C7: fields outside of their usual place', () => {
  const removal = async (query: string, body?: unknown) => {
    const room = await openRoom(ana, [bo])
    const path = `/conversations/${room}/memberships/${bo.id}${query}`
    return (await server.rest('DELETE', path, { token: ana.signedIn.accessToken, body })).json()
  }
  const isNow = (state: string) => ({ ok: true, data: { membership: { state } } })
  const isRefused = (message: string | RegExp) => ({
    ok: false,
    error: { code: 'invalid_input', message: expect.stringMatching(message) },
  })

  test('are read from the body of a DELETE', async () => {
    expect(await removal('', { ban: true })).toMatchObject(isNow('banned'))
    expect(await removal('', { ban: false })).toMatchObject(isNow('removed'))
    expect(await removal('', {})).toMatchObject(isNow('removed'))
    expect(await removal('?ban=true')).toMatchObject(isNow('banned'))
  })

  test('are read from the query of a POST', async () => {
    const made = await server.rest('POST', '/conversations?topic=Soup', {
      token: ana.signedIn.accessToken,
      body: { name: 'Kitchen' },
    })
    expect(await made.json()).toMatchObject({ data: { summary: { conversation: { name: 'Kitchen', topic: 'Soup' } } } })
  })

  test('are refused if they are invalid, unknown or given twice', async () => {
    expect(await removal('', { ban: 'yes' })).toMatchObject(isRefused(/ban/))
    expect(await removal('', { bann: true })).toMatchObject(isRefused(/bann/))
    expect(await removal('', [])).toMatchObject(isRefused('not a JSON object'))
    expect(await removal('', null)).toMatchObject(isRefused('not a JSON object'))
    expect(await removal('?ban=false', { ban: true })).toMatchObject(
      isRefused('ban stands in the query and in the body'),
    )
  })

  test.each(operationNames)('%s refuses unknown fields in the query and in the body', async (name) => {
    const { method, path } = operations[name].http
    const place = `${server.url}/api/v1${path.replaceAll(/:\w+/g, newId())}`
    const headers = { authorization: `Bearer ${ana.signedIn.accessToken}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ unknown: 1 })
    expect((await fetch(`${place}?unknown=1`, { method, headers })).status).toBe(400)
    if (method !== 'GET') expect((await fetch(place, { method, headers, body })).status).toBe(400)
  })

  test('are refused in the body of a GET, and the connection stays open', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ports = new Set<number | undefined>()
    const get = (sent: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { authorization: `Bearer ${ana.signedIn.accessToken}`, 'content-length': sent.length }
        const asked = request(`${server.url}/api/v1/conversations`, { agent, headers }, (response) => {
          ports.add(response.socket.localPort)
          response.resume().on('end', () => resolve(response.statusCode))
        })
        asked.on('error', reject).end(sent)
      })
    expect([await get('{"limit":1}'), await get(''), await get('{"limit":1}')]).toEqual([400, 200, 400])
    expect(ports.size).toBe(1)
    agent.destroy()
  })
})
