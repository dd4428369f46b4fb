import type { Message, SignedIn } from '@parley/protocol'
import { type HostUser, ParleyError } from '@parley/server'
import { startTestServer, type TestServer, type TestSocket } from '@parley/server/testing'
import { newId, newName, plain, settled } from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../dialects/speaker.ts'

/*
 * What a host application does in its own process while users are connected, on any node.
 */

/** The users of the host, by the token that each sends. */
const signedInAtHost = new Map<string, HostUser>()
let isHostAway = false
let isHostSilent = false
const { server } = serverWithPeople([], { authenticate: ({ token = '' }) => signedInAtHost.get(token) ?? null })

const asUser = ({ id }: { id: string }) => ({ id, username: id })

async function come(name: string): Promise<TestSocket & { id: string }> {
  const id = newName(name)
  signedInAtHost.set(id, { id, username: id })
  return { ...(await server.connect({ accessToken: id } as SignedIn)), id }
}

/** Connects another device of a user who is signed in at the host. */
const comeAgain = ({ id }: { id: string }) => server.connect({ accessToken: id } as SignedIn)

const known = async (name: string) => {
  const id = newName(name)
  await server.parley.users.upsert({ id, username: id })
  return { id }
}

const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: ParleyError) => error,
  )

const send = async (as: { id: string }, conversationId: string, text: string): Promise<Message> => {
  const message = { conversationId, id: newId(), body: plain(text) }
  return (await server.parley.as(as.id).ask('message.send', message)).message
}

describe('a host that acts as a user', () => {
  test('sends to devices on every node as a user who never connected', async () => {
    const [bo, bystander] = [await come('bo'), await come('bystander')]
    const devices = [bo, await comeAgain(bo), await comeAgain(bo)]
    const ana = await known('ana')
    const { summary } = await server.parley.as(ana.id).ask('conversation.openDirect', { userId: bo.id })
    const message = await send(ana, summary.conversation.id, 'Your order is on its way')
    expect(message).toMatchObject({ seq: 1, senderId: ana.id })
    for (const device of devices) {
      expect(await device.heard('message.created')).toMatchObject({ messages: [message], users: [{ id: ana.id }] })
    }
    await settled(bystander)
    expect(bystander.all('message.created')).toEqual([])
  })

  test('can do what the user can, and nothing else; a refusal has the code and the message of the catalogue', async () => {
    const [ana, bo] = [await known('ana'), await come('bo')]
    const { summary } = await bo.ask('conversation.create', { name: 'Kitchen' })
    const refused = await errorOf(send(ana, summary.conversation.id, 'Hello'))
    expect(refused).toBeInstanceOf(ParleyError)
    expect(refused).toMatchObject({ code: 'not_found', retryAfterMs: null, requestId: expect.stringMatching(/./) })
    expect(refused?.message).toMatch(/does not exist/)
  })

  test.each([
    ['an unknown operation', 'message.shout', {}, 'unknown_operation'],
    [
      'an operation for strangers',
      'user.register',
      { username: 'eve', password: 'a long password' },
      'unknown_operation',
    ],
    ['no input', 'user.get', undefined, 'invalid_input'],
    ['a wrong type', 'user.get', { userId: 7 }, 'invalid_input'],
    ['a function', 'user.get', { userId: () => 'ana' }, 'invalid_input'],
    ['an unknown field', 'user.me', { isAdmin: true }, 'invalid_input'],
  ])('is refused for %s', async (_, name, input, code) => {
    const ana = await known('ana')
    expect(await errorOf(server.parley.as(ana.id).ask(name as 'user.get', input as never))).toMatchObject({ code })
  })

  test.each([newId(), '', 7, undefined, null, {}])('is refused for a user who does not exist: %j', async (id) => {
    const error = await errorOf(server.parley.as(id as string).ask('user.me', {}))
    expect(error).toMatchObject({ code: 'not_found', message: expect.stringContaining('users.upsert()') })
  })

  test('can change its objects afterwards without an effect on the message', async () => {
    const [ana, bo] = [await known('ana'), await come('bo')]
    const { summary } = await server.parley.as(ana.id).ask('conversation.openDirect', { userId: bo.id })
    const body = { ...plain('as it was') }
    const sending = server.parley
      .as(ana.id)
      .ask('message.send', { conversationId: summary.conversation.id, id: newId(), body })
    body.text = 'as it was not'
    const { message } = await sending
    Object.assign(message.body ?? {}, { text: 'changed by the host' })
    expect(await bo.heard('message.created')).toMatchObject({ messages: [{ body: { text: 'as it was' } }] })
  })
})

test('rate limits hold for clients, and not for the host', async () => {
  const limited = await startTestServer({ rateLimits: 'on', authenticate: ({ token = '' }) => asUser({ id: token }) })
  onTestFinished(() => limited.close())
  const bo = await limited.connect({ accessToken: 'bo' } as SignedIn)
  const { summary } = await bo.ask('conversation.create', { name: 'Kitchen' })
  const message = () => ({ conversationId: summary.conversation.id, id: newId(), body: plain('Hello') })
  const ofHost = await Promise.all(
    Array.from({ length: 60 }, () => limited.parley.as('bo').ask('message.send', message())),
  )
  expect(ofHost).toHaveLength(60)
  const replies = await Promise.all(Array.from({ length: 120 }, () => bo.reply('message.send', message())))
  expect(replies.filter((reply) => !reply.ok && reply.error.code === 'rate_limited')).not.toHaveLength(0)
})

test('a closed server refuses calls of the host', async () => {
  const closed = await startTestServer()
  await closed.parley.users.upsert({ id: 'ana', username: 'ana' })
  const { parley } = closed
  await closed.close()
  const refused = { code: 'unavailable', message: 'This Parley server is closed.' }
  expect(await errorOf(parley.as('ana').ask('user.me', {}))).toMatchObject(refused)
  expect(await errorOf(parley.users.upsert({ id: 'bo', username: 'bo' }))).toMatchObject(refused)
  expect(await errorOf(parley.endSessions('ana'))).toMatchObject(refused)
})

describe('users whom the host describes', () => {
  test('can be found and written to before their first visit, and get the messages then', async () => {
    const bo = await come('bo')
    const [one, other] = [newName('cleo'), newName('cleo')]
    const given = [
      { id: one, username: one, displayName: 'Cleo Known' },
      { id: other, username: other, avatarUrl: '/cleo.png', role: 'bot' as const },
    ]
    const kept = await server.parley.users.upsert(given)
    expect(kept).toEqual([
      { id: one, username: one, displayName: 'Cleo Known', avatarUrl: null, role: 'user' },
      { id: other, username: other, displayName: other, avatarUrl: '/cleo.png', role: 'bot' },
    ])
    expect(await bo.ask('user.search', { query: 'Cleo Known' })).toEqual({ users: [kept[0]] })
    const { summary } = await bo.ask('conversation.openDirect', { userId: one })
    const message = { conversationId: summary.conversation.id, id: newId(), body: plain('Welcome') }
    await bo.ask('message.send', message)
    signedInAtHost.set(one, given[0] as HostUser)
    const cleo = await comeAgain({ id: one })
    expect((await cleo.ask('conversation.list', {})).summaries[0]).toMatchObject({ unread: 1 })
  })

  test('get a new name at once on connected devices, and no event if nothing changed', async () => {
    const [ana, bo] = [await known('ana'), await come('bo')]
    await bo.ask('conversation.openDirect', { userId: ana.id })
    const renamed = await server.parley.users.upsert({ ...asUser(ana), displayName: 'Ana the Great' })
    expect(await bo.heard('membership.updated')).toMatchObject({ users: [renamed] })
    const told = bo.all('membership.updated').length
    expect(await server.parley.users.upsert({ ...asUser(ana), displayName: 'Ana the Great' })).toEqual(renamed)
    await settled(bo)
    expect(bo.all('membership.updated')).toHaveLength(told)
  })

  test('are stored once, even if many calls describe them at once', async () => {
    const id = newName('dan')
    const all = await Promise.all(
      Array.from({ length: 9 }, () => server.parley.users.upsert({ id, username: 'dan of many' })),
    )
    expect(new Set(all.map((user) => user.id))).toEqual(new Set([id]))
    const bo = await come('bo')
    expect((await bo.ask('user.search', { query: 'dan of many' })).users).toHaveLength(1)
  })

  const nobody = [null, 7, 'ana', {}, { id: 'x' }, { id: 'has a space', username: 'x' }, { id: 'x', username: 'a\0b' }]
  test.each(nobody)('are refused if the description is malformed: %j', async (given) => {
    const error = await errorOf(server.parley.users.upsert(given as HostUser))
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/^User 1 cannot be taken: /) })
  })

  test('are refused if they are too many or one of them is named twice, and none of them is stored', async () => {
    const many = Array.from({ length: 1_001 }, (_, at) => ({ id: `many-${at}`, username: `many-${at}` }))
    expect(await errorOf(server.parley.users.upsert(many))).toMatchObject({ code: 'invalid_input' })
    const twice = [many[0], many[1], many[0]] as HostUser[]
    expect(await errorOf(server.parley.users.upsert(twice))).toMatchObject({ code: 'invalid_input' })
    expect(await errorOf(server.parley.as('many-0').ask('user.me', {}))).toMatchObject({ code: 'not_found' })
    expect(await server.parley.users.upsert([])).toEqual([])
  })
})

describe('a user whom the host deactivates', () => {
  test('is refused on every node at once, even if the host accepts their token, until they are restored', async () => {
    const [ana, bo] = [await come('ana'), await come('bo')]
    const devices = [ana, await comeAgain(ana), await comeAgain(ana)]
    const { summary } = await ana.ask('conversation.openDirect', { userId: bo.id })
    const conversationId = summary.conversation.id
    await ana.ask('message.send', { conversationId, id: newId(), body: plain('Remember me') })
    await settled(...devices, bo)

    await server.parley.users.deactivate(ana.id)
    await server.parley.users.deactivate(ana.id)
    for (const device of devices) expect(await device.heard('session.ended')).toEqual({ reason: 'revoked' })
    await expect(comeAgain(ana)).rejects.toThrow()
    expect((await server.rest('GET', '/users/me', { token: ana.id })).status).toBe(401)
    expect(await errorOf(send(ana, conversationId, 'Still here'))).toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('users.restore()'),
    })

    expect((await bo.ask('user.search', { query: ana.id })).users).toEqual([])
    const page = await bo.ask('message.page', { conversationId })
    expect(page.users).toContainEqual(expect.objectContaining({ id: ana.id, displayName: ana.id }))
    expect((await bo.ask('conversation.openDirect', { userId: ana.id })).summary.conversation.id).toBe(conversationId)
    for (const [name, input] of [
      ['conversation.openDirect', { userId: ana.id, context: 'another' }],
      ['conversation.create', { name: 'Kitchen', userIds: [ana.id] }],
      ['contact.request', { userId: ana.id }],
    ] as const) {
      expect(await bo.reply(name, input)).toMatchObject({ ok: false, error: { code: 'not_found' } })
    }
    const room = (await bo.ask('conversation.create', { name: 'Kitchen' })).summary.conversation.id
    for (const name of ['membership.add', 'membership.invite']) {
      const input = { conversationId: room, userIds: [ana.id] }
      expect(await bo.reply(name, input)).toMatchObject({ ok: false, error: { code: 'not_found' } })
    }

    expect(await server.parley.users.restore(ana.id)).toMatchObject({ id: ana.id })
    const back = await comeAgain(ana)
    expect((await back.ask('message.page', { conversationId })).messages).toHaveLength(1)
    await bo.ask('membership.add', { conversationId: room, userIds: [ana.id] })
    expect(bo.all('session.ended')).toEqual([])
  })

  test('is also restored if the host describes them again', async () => {
    const ana = await known('ana')
    await server.parley.users.deactivate(ana.id)
    await server.parley.users.upsert([asUser(ana)])
    await server.parley.as(ana.id).ask('user.me', {})
  })

  test.each(['deactivate', 'restore'] as const)('must exist: %s', async (deed) => {
    for (const id of [newId(), '', 7, undefined]) {
      expect(await errorOf(server.parley.users[deed](id as string))).toMatchObject({ code: 'not_found' })
    }
    expect(await errorOf(server.parley.endSessions(newId()))).toMatchObject({ code: 'not_found' })
  })
})

describe('C6: a host', () => {
  test('ends the sockets of a user on all nodes, who can reconnect while the host accepts their token', async () => {
    const [ana, bo] = [await come('ana'), await come('bo')]
    const devices = [ana, await comeAgain(ana), await comeAgain(ana)]
    await settled(...devices, bo)
    await server.parley.endSessions(ana.id)
    for (const device of devices) await device.heard('session.ended')
    const back = await comeAgain(ana)
    await settled(back, bo)
    expect([...back.all('session.ended'), ...bo.all('session.ended')]).toEqual([])

    signedInAtHost.delete(ana.id)
    await server.parley.endSessions(ana.id)
    await back.heard('session.ended')
    await expect(comeAgain(ana)).rejects.toThrow()
  })
})

describe('C6: a host that is asked about open sockets again', () => {
  const asked: string[] = []
  let again: TestServer
  beforeAll(async () => {
    again = await startTestServer({
      reauthenticateSeconds: 1,
      timing: { hostIdentityMs: 50 },
      authenticate: ({ token = '' }) => {
        asked.push(token)
        if (isHostSilent) return new Promise(() => {})
        if (isHostAway) throw new Error('the database of the host is away')
        return signedInAtHost.get(token) ?? null
      },
    })
  })
  afterAll(() => again.close())

  const enter = async (name: string) => {
    const id = newName(name)
    signedInAtHost.set(id, asUser({ id }))
    return { ...(await again.connect({ accessToken: id } as SignedIn)), id }
  }
  const askedAbout = async (token: string, ...people: TestSocket[]) => {
    const before = asked.length
    await expect.poll(() => asked.slice(before)).toContain(token)
    await settled(...people)
  }

  test('need not report a sign-out: the sockets of that user end, and no others', async () => {
    const [ana, bo] = [await enter('ana'), await enter('bo')]
    signedInAtHost.delete(ana.id)
    expect(await ana.heard('session.ended')).toEqual({ reason: 'expired' })
    await askedAbout(bo.id, bo)
    expect(bo.all('session.ended')).toEqual([])
  })

  test('also ends the sockets of foreign clients, of each vocabulary', async () => {
    for (const vocabulary of ['000', '001'] as const) {
      const id = newName('speaker')
      signedInAtHost.set(id, asUser({ id }))
      const signedIn = { accessToken: id, user: asUser({ id }) } as unknown as SignedIn
      const speaker = await connect(again, vocabulary, signedIn, { reconnection: false })
      signedInAtHost.delete(id)
      await speaker.inbox.next('disconnect')
      speaker.socket.close()
    }
  })

  test('does not end sockets while its answer is an error', async () => {
    const bo = await enter('bo')
    isHostAway = true
    signedInAtHost.delete(bo.id)
    await askedAbout(bo.id, bo)
    expect(bo.all('session.ended')).toEqual([])
    isHostAway = false
    await bo.heard('session.ended')
  })

  test('does not end sockets while it gives no answer, and is asked again', async () => {
    const bo = await enter('bo')
    isHostSilent = true
    await askedAbout(bo.id, bo)
    expect(bo.all('session.ended')).toEqual([])
    isHostSilent = false
    signedInAtHost.delete(bo.id)
    expect(await bo.heard('session.ended')).toEqual({ reason: 'expired' })
  })

  test('is asked about a newer token in place of the older one', async () => {
    const ana = await enter('ana')
    const newer = `${ana.id}-newer`
    signedInAtHost.set(newer, { ...asUser(ana), expiresAt: 1e15 })
    await ana.ask('session.renew', { accessToken: newer })
    signedInAtHost.delete(ana.id)
    await askedAbout(newer, ana)
    expect(ana.all('session.ended')).toEqual([])
    signedInAtHost.set(newer, asUser({ id: 'somebody-else' }))
    expect(await ana.heard('session.ended')).toEqual({ reason: 'expired' })
  })

  test.each([0, Number.NaN])('cannot choose %d seconds', async (reauthenticateSeconds) => {
    await expect(startTestServer({ reauthenticateSeconds })).rejects.toThrow(/^reauthenticateSeconds must be/)
  })
})
