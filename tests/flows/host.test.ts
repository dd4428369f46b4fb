import type { Message, SignedIn } from '@parley/protocol'
import { type HostUser, ParleyError } from '@parley/server'
import { startTestServer, type TestServer, type TestSocket } from '@parley/server/testing'
import { newId, newName, plain, settled } from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../dialects/speaker.ts'

/*
 * What a host application does in its own process, beside people who are connected, on any node.
 */

/** The host's own people, by the token that each shows. */
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

/** Another device of somebody who is signed in at the host. */
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
  test('sends what devices on every node hear, in the name of somebody who was never there', async () => {
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

  test('may do what the user may, and nothing else: the refusal has the code and the sentence of the catalogue', async () => {
    const [ana, bo] = [await known('ana'), await come('bo')]
    const { summary } = await bo.ask('conversation.create', { name: 'Kitchen' })
    const refused = await errorOf(send(ana, summary.conversation.id, 'Hello'))
    expect(refused).toBeInstanceOf(ParleyError)
    expect(refused).toMatchObject({ code: 'not_found', retryAfterMs: null, requestId: expect.stringMatching(/./) })
    expect(refused?.message).toMatch(/does not exist/)
  })

  test.each([
    ['what is not in the catalogue', 'message.shout', {}, 'unknown_operation'],
    ['what strangers do', 'user.register', { username: 'eve', password: 'a long password' }, 'unknown_operation'],
    ['nothing', 'user.get', undefined, 'invalid_input'],
    ['a wrong type', 'user.get', { userId: 7 }, 'invalid_input'],
    ['a function', 'user.get', { userId: () => 'ana' }, 'invalid_input'],
    ['more than there is', 'user.me', { isAdmin: true }, 'invalid_input'],
  ])('is refused %s', async (_, name, input, code) => {
    const ana = await known('ana')
    expect(await errorOf(server.parley.as(ana.id).ask(name as 'user.get', input as never))).toMatchObject({ code })
  })

  test.each([newId(), '', 7, undefined, null, {}])('as somebody who is not there: %j', async (id) => {
    const error = await errorOf(server.parley.as(id as string).ask('user.me', {}))
    expect(error).toMatchObject({ code: 'not_found', message: expect.stringContaining('users.upsert()') })
  })

  test('keeps its own objects: what it changes afterwards is changed for nobody', async () => {
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

test('clients are limited, and the host is not', async () => {
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

test('a server that is closed says so', async () => {
  const closed = await startTestServer()
  await closed.parley.users.upsert({ id: 'ana', username: 'ana' })
  const { parley } = closed
  await closed.close()
  const refused = { code: 'unavailable', message: 'This Parley server is closed.' }
  expect(await errorOf(parley.as('ana').ask('user.me', {}))).toMatchObject(refused)
  expect(await errorOf(parley.users.upsert({ id: 'bo', username: 'bo' }))).toMatchObject(refused)
  expect(await errorOf(parley.endSessions('ana'))).toMatchObject(refused)
})

describe('people whom the host makes known', () => {
  test('are found and written to before their first visit, and are the same people then', async () => {
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

  test('are seen under what the host calls them now, by those who are connected', async () => {
    const [ana, bo] = [await known('ana'), await come('bo')]
    await bo.ask('conversation.openDirect', { userId: ana.id })
    const renamed = await server.parley.users.upsert({ ...asUser(ana), displayName: 'Ana the Great' })
    expect(await bo.heard('membership.updated')).toMatchObject({ users: [renamed] })
    const told = bo.all('membership.updated').length
    expect(await server.parley.users.upsert({ ...asUser(ana), displayName: 'Ana the Great' })).toEqual(renamed)
    await settled(bo)
    expect(bo.all('membership.updated')).toHaveLength(told)
  })

  test('are kept once, however many say so at once', async () => {
    const id = newName('dan')
    const all = await Promise.all(
      Array.from({ length: 9 }, () => server.parley.users.upsert({ id, username: 'dan of many' })),
    )
    expect(new Set(all.map((user) => user.id))).toEqual(new Set([id]))
    const bo = await come('bo')
    expect((await bo.ask('user.search', { query: 'dan of many' })).users).toHaveLength(1)
  })

  const nobody = [null, 7, 'ana', {}, { id: 'x' }, { id: 'has a space', username: 'x' }, { id: 'x', username: 'a\0b' }]
  test.each(nobody)('are refused where they are no people: %j', async (given) => {
    const error = await errorOf(server.parley.users.upsert(given as HostUser))
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/^User 1 cannot be taken: /) })
  })

  test('are refused where they are too many, or named twice, and nobody of them is kept', async () => {
    const many = Array.from({ length: 1_001 }, (_, at) => ({ id: `many-${at}`, username: `many-${at}` }))
    expect(await errorOf(server.parley.users.upsert(many))).toMatchObject({ code: 'invalid_input' })
    const twice = [many[0], many[1], many[0]] as HostUser[]
    expect(await errorOf(server.parley.users.upsert(twice))).toMatchObject({ code: 'invalid_input' })
    expect(await errorOf(server.parley.as('many-0').ask('user.me', {}))).toMatchObject({ code: 'not_found' })
    expect(await server.parley.users.upsert([])).toEqual([])
  })
})

describe('somebody whom the host deactivates', () => {
  test('is gone from every node at once, though the host vouches for them, until they are restored', async () => {
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

  test('comes back as well when the host describes them again', async () => {
    const ana = await known('ana')
    await server.parley.users.deactivate(ana.id)
    await server.parley.users.upsert([asUser(ana)])
    await server.parley.as(ana.id).ask('user.me', {})
  })

  test.each(['deactivate', 'restore'] as const)('must be there: %s', async (deed) => {
    for (const id of [newId(), '', 7, undefined]) {
      expect(await errorOf(server.parley.users[deed](id as string))).toMatchObject({ code: 'not_found' })
    }
    expect(await errorOf(server.parley.endSessions(newId()))).toMatchObject({ code: 'not_found' })
  })
})

describe('C6: a host', () => {
  test('ends the sockets of somebody on all nodes, and they come back while the host lets them in', async () => {
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

  test('need not say when somebody signs out: their sockets end, and nobody else’s', async () => {
    const [ana, bo] = [await enter('ana'), await enter('bo')]
    signedInAtHost.delete(ana.id)
    expect(await ana.heard('session.ended')).toEqual({ reason: 'expired' })
    await askedAbout(bo.id, bo)
    expect(bo.all('session.ended')).toEqual([])
  })

  test('ends those as well who speak the words of another chat, on each of its ways in', async () => {
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

  test('keeps its people while it cannot say who they are', async () => {
    const bo = await enter('bo')
    isHostAway = true
    signedInAtHost.delete(bo.id)
    await askedAbout(bo.id, bo)
    expect(bo.all('session.ended')).toEqual([])
    isHostAway = false
    await bo.heard('session.ended')
  })

  test('that does not answer is asked again, as one that cannot say', async () => {
    const bo = await enter('bo')
    isHostSilent = true
    await askedAbout(bo.id, bo)
    expect(bo.all('session.ended')).toEqual([])
    isHostSilent = false
    signedInAtHost.delete(bo.id)
    expect(await bo.heard('session.ended')).toEqual({ reason: 'expired' })
  })

  test('lets a newer token stand for the older one', async () => {
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

  test.each([0, Number.NaN])('takes no %d seconds', async (reauthenticateSeconds) => {
    await expect(startTestServer({ reauthenticateSeconds })).rejects.toThrow(/^reauthenticateSeconds must be/)
  })
})
