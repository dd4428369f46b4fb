import type { Input, OperationName, Reply, SignedIn } from '@parley/protocol'
import {
  arrive,
  arriveAll,
  enter,
  newId,
  newName,
  openDirect,
  openRoom,
  type Person,
  plain,
  refusalOf,
  say,
  settled,
} from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { testKeys } from '@parley/server/testing/test-keys'
import { askBytes, sendFiles, upload } from '@parley/server/testing/uploads'
import { describe, expect, test } from 'vitest'

/* E12: what administrators can do, and that other users cannot. */

const { server, admin } = serverWithPeople(['admin'], { sharedDatabase: true })

const signIn = async (username: string): Promise<Reply<SignedIn>> =>
  (
    await server.rest('POST', '/sessions', { body: { username, password: `password of ${username}` } })
  ).json() as Promise<Reply<SignedIn>>

/** Three more devices of the person; with several nodes, they are on different ones. */
const everywhere = (person: Person) => Promise.all([1, 2, 3].map(() => enter(server, person.signedIn)))

const makeAdministrator = ({ id, user: { username } }: Person) =>
  server.parley.users.upsert({ id, username, role: 'admin' })

/** Resolves with the reply, or with undefined if the socket ends before it. */
const replyOrEnd = (device: Person, name: OperationName, input: unknown) =>
  Promise.race([
    device.reply(name, input),
    new Promise<undefined>((resolve) => {
      if (!device.socket.connected) resolve(undefined)
      device.socket.once('disconnect', () => resolve(undefined))
    }),
  ])

const latestAct = async () => (await admin.ask('administration.listActs', { limit: 1 })).acts[0]

describe('a suspension', () => {
  test('ends all sessions and sockets of the person, refuses new ones, and keeps their messages', async () => {
    const [ana, bo] = await arriveAll(server, 'ana', 'bo')
    const devices = [ana, ...(await everywhere(ana))]
    const room = await openRoom(bo, [ana])
    const said = await say(ana, room, 'I stay')
    const { person } = await admin.ask('administration.suspend', { userId: ana.id, reason: 'Spam' })
    expect(person).toMatchObject({ user: ana.user, state: 'suspended' })
    for (const device of devices) expect(await device.heard('session.ended')).toEqual({ reason: 'revoked' })
    const { accessToken: token, refreshToken } = ana.signedIn
    expect((await server.rest('GET', '/users/me', { token })).status).toBe(401)
    expect((await server.rest('POST', '/sessions/refresh', { body: { refreshToken } })).status).toBe(401)
    await expect(server.connect(ana.signedIn)).rejects.toThrow()
    expect(await signIn(ana.user.username)).toMatchObject({ ok: false, error: { code: 'suspended' } })
    const body = { username: ana.user.username, password: 'a wrong guess' }
    expect(await (await server.rest('POST', '/sessions', { body })).json()).toMatchObject({
      error: { code: 'bad_credentials' },
    })
    expect((await bo.ask('message.page', { conversationId: room })).messages).toContainEqual(said)
    expect((await bo.ask('user.search', { query: ana.user.username })).users).toEqual([])
    await expect(bo.ask('conversation.openDirect', { userId: ana.id })).rejects.toMatchObject({ code: 'not_found' })
    await settled(bo)
    expect(bo.all('session.ended')).toEqual([])
    expect(await latestAct()).toMatchObject({ act: 'suspend', actorId: admin.id, userId: ana.id, reason: 'Spam' })
  })

  test('can be lifted: the person can sign in again, and older sessions stay ended', async () => {
    const ana = await arrive(server, 'ana')
    await admin.ask('administration.suspend', { userId: ana.id })
    const { person } = await admin.ask('administration.restore', { userId: ana.id, reason: 'It was somebody else.' })
    expect(person.state).toBe('active')
    expect((await server.rest('GET', '/users/me', { token: ana.signedIn.accessToken })).status).toBe(401)
    const again = await signIn(ana.user.username)
    if (!again.ok) throw new Error(again.error.code)
    const back = await enter(server, again.data)
    expect((await back.ask('user.me', {})).user.id).toBe(ana.id)
    expect(await latestAct()).toMatchObject({ act: 'restore', userId: ana.id, reason: 'It was somebody else.' })
  })

  test('that is repeated changes nothing, and is in the log once', async () => {
    const ana = await arrive(server, 'ana')
    const first = await admin.ask('administration.suspend', { userId: ana.id, reason: 'first' })
    const again = await admin.ask('administration.suspend', { userId: ana.id, reason: 'again' })
    expect(again).toEqual(first)
    expect(await latestAct()).toMatchObject({ reason: 'first' })
  })

  test('is not lifted if a host describes the person again, or deactivates and restores them', async () => {
    const id = newName('guest')
    await server.parley.users.upsert({ id, username: id })
    await admin.ask('administration.suspend', { userId: id })
    await server.parley.users.upsert({ id, username: id, displayName: 'Another name' })
    await server.parley.users.deactivate(id)
    await server.parley.users.restore(id)
    await expect(server.parley.as(id).ask('user.me', {})).rejects.toMatchObject({ code: 'suspended' })
    await admin.ask('administration.restore', { userId: id })
    expect((await server.parley.as(id).ask('user.me', {})).user.displayName).toBe('Another name')
  })

  test('holds for keys: backends cannot act as the person, and the key of a suspended bot is refused', async () => {
    const ana = await arrive(server, 'ana')
    const backend = await testKeys(server).make('act-as')
    const bot = await testKeys(server).bot(newName('bot'))
    await admin.ask('administration.suspend', { userId: ana.id })
    await admin.ask('administration.suspend', { userId: bot.userId })
    const me = (token: string, headers = {}) =>
      fetch(`${server.url}/api/v1/users/me`, { headers: { authorization: `Bearer ${token}`, ...headers } })
    expect((await me(backend.text, { 'parley-user': ana.id })).status).toBe(404)
    expect((await me(bot.text)).status).toBe(401)
  })

  test('that is acknowledged while the person sends lets no later send be acknowledged', async () => {
    for (let round = 0; round < 5; round++) {
      const [ana, bo] = await arriveAll(server, 'ana', 'bo')
      const devices = [ana, ...(await everywhere(ana))]
      const room = await openRoom(bo, [ana])
      await settled(bo, ...devices)
      let isSuspended = false
      const late: unknown[] = []
      const writing = devices.map(async (device) => {
        for (let count = 0; count < 200 && device.socket.connected && !isSuspended; count++) {
          const input = { conversationId: room, id: newId(), body: plain(`message ${count}`) }
          await replyOrEnd(device, 'message.send', input)
        }
        if (!device.socket.connected) return
        const after = { conversationId: room, id: newId(), body: plain('too late') }
        const reply = await replyOrEnd(device, 'message.send', after)
        if (reply?.ok) late.push(reply)
      })
      await bo.heard('message.created', (change) => change.conversationId === room)
      await admin.ask('administration.suspend', { userId: ana.id })
      isSuspended = true
      await Promise.all(writing)
      expect(late).toEqual([])
      const { messages } = await bo.ask('message.page', { conversationId: room })
      expect(messages.filter(({ body }) => JSON.stringify(body).includes('too late'))).toEqual([])
    }
  })
})

describe('the power of administrators', () => {
  const inputs = (ana: Person, conversationId: string, messageId: string) =>
    ({
      'administration.suspend': { userId: ana.id },
      'administration.restore': { userId: ana.id },
      'administration.endSessions': { userId: ana.id },
      'administration.createPasswordLink': { userId: ana.id },
      'administration.listPeople': {},
      'administration.removeMessage': { messageId },
      'administration.removeRoom': { conversationId },
      'administration.listRooms': {},
      'administration.listActs': {},
    }) satisfies { [N in OperationName]?: Input<N> }

  test('is refused to room owners, guests and bots, whether the target exists or not', async () => {
    const [owner, ana] = await arriveAll(server, 'owner', 'ana')
    const room = await openRoom(owner, [ana])
    const { id } = await say(ana, room)
    const guest = newName('guest')
    await server.parley.users.upsert({ id: guest, username: guest, role: 'guest' })
    const bot = await testKeys(server).bot(newName('bot'))
    const botSocket = await server.connect({ accessToken: bot.text } as SignedIn)
    const before = (await admin.ask('administration.listActs', { limit: 1 })).acts
    for (const [name, input] of Object.entries(inputs(ana, room, id))) {
      for (const asker of [owner, botSocket]) {
        expect([name, (await refusalOf(asker, name, input))?.code]).toEqual([name, 'forbidden'])
      }
      const nowhere = { ...input, userId: newId(), conversationId: newId(), messageId: newId() }
      const named = Object.fromEntries(Object.keys(input).map((key) => [key, nowhere[key as keyof typeof nowhere]]))
      expect(await refusalOf(owner, name, named)).toEqual(await refusalOf(owner, name, input))
      const asGuest = server.parley.as(guest).ask(name as OperationName, input as never)
      await expect(asGuest).rejects.toMatchObject({ code: 'forbidden' })
    }
    expect((await admin.ask('administration.listActs', { limit: 1 })).acts).toEqual(before)
    expect((await ana.ask('user.me', {})).user).toEqual(ana.user)
    botSocket.close()
  })

  test('does not include oneself: of two administrators who suspend each other at once, one stays', async () => {
    expect(await refusalOf(admin, 'administration.suspend', { userId: admin.id })).toMatchObject({ code: 'forbidden' })
    for (let round = 0; round < 5; round++) {
      const [one, other] = await arriveAll(server, 'one', 'other')
      await Promise.all([makeAdministrator(one), makeAdministrator(other)])
      await Promise.all([
        replyOrEnd(one, 'administration.suspend', { userId: other.id }),
        replyOrEnd(other, 'administration.suspend', { userId: one.id }),
      ])
      const states = await admin.ask('administration.listPeople', { query: one.user.username })
      const others = await admin.ask('administration.listPeople', { query: other.user.username })
      const found = [...states.people, ...others.people]
        .filter(({ user }) => user.id === one.id || user.id === other.id)
        .map(({ state }) => state)
      expect(found.sort()).toEqual(['active', 'suspended'])
    }
  })

  test('ends on all nodes with the suspension of the administrator', async () => {
    const [second, ana] = await arriveAll(server, 'second', 'ana')
    await makeAdministrator(second)
    const devices = [second, ...(await everywhere(second))]
    await second.ask('administration.endSessions', { userId: ana.id })
    const asking = devices.map((device) => device.reply('administration.listActs', {}))
    await Promise.all(asking)
    await admin.ask('administration.suspend', { userId: second.id })
    for (const device of devices) {
      const reply = await replyOrEnd(device, 'administration.suspend', { userId: ana.id })
      expect(reply?.ok ?? false).toBe(false)
    }
    const { people } = await admin.ask('administration.listPeople', { query: ana.user.username })
    expect(people[0]?.state).toBe('active')
  })

  test('ends at once when the host takes the role back', async () => {
    const second = await arrive(server, 'second')
    await makeAdministrator(second)
    await second.ask('administration.listActs', {})
    await server.parley.users.upsert({ id: second.id, username: second.user.username, role: 'user' })
    expect(await refusalOf(second, 'administration.listActs', {})).toMatchObject({ code: 'forbidden' })
  })
})

describe('a message that is removed', () => {
  test('loses its body for all members, in rooms and direct conversations, as a change with its own rev', async () => {
    const [ana, bo, outsider] = await arriveAll(server, 'ana', 'bo', 'outsider')
    for (const conversationId of [await openRoom(ana, [bo]), await openDirect(ana, bo)]) {
      const said = await say(ana, conversationId, 'An address')
      await admin.ask('administration.removeMessage', { messageId: said.id, reason: 'An address' })
      for (const person of [ana, bo]) {
        const change = await person.heard('message.deleted', ({ messages = [] }) => messages[0]?.id === said.id)
        expect(change).toMatchObject({ rev: said.rev + 1, messages: [{ body: null }] })
      }
      const { messages } = await bo.ask('message.page', { conversationId })
      expect(messages).toMatchObject([{ id: said.id, body: null }])
      expect(await latestAct()).toMatchObject({
        act: 'removeMessage',
        userId: ana.id,
        conversationId,
        messageId: said.id,
      })
      await settled(outsider, admin)
      expect([...outsider.all('message.deleted'), ...admin.all('message.deleted')]).toEqual([])
      // A repeated removal changes nothing.
      await admin.ask('administration.removeMessage', { messageId: said.id })
      expect(await latestAct()).toMatchObject({ reason: 'An address' })
    }
    expect(await refusalOf(admin, 'administration.removeMessage', { messageId: newId() })).toMatchObject({
      code: 'not_found',
    })
  })
})

describe('a room that is removed', () => {
  test('disappears from all devices of its members, with its messages and files', async () => {
    const [ana, bo, invited] = await arriveAll(server, 'ana', 'bo', 'invited')
    const phone = await enter(server, bo.signedIn)
    const room = await openRoom(ana, [bo], { name: 'Spam', visibility: 'public' })
    await ana.ask('membership.invite', { conversationId: room, userIds: [invited.id] })
    const said = await say(ana, room, 'Buy this')
    const plans = await upload(server, ana, Buffer.from('plans'))
    await sendFiles(ana, room, [plans.id])
    const { original = '' } = (await bo.ask('attachment.sign', { attachmentIds: [plans.id] })).urls[0] ?? {}
    expect((await askBytes(server, original)).status).toBe(200)
    await admin.ask('administration.removeRoom', { conversationId: room, reason: 'Spam' })
    for (const device of [ana, bo, phone, invited]) {
      await device.heard('account.updated', ({ memberships }) =>
        memberships.some(({ conversationId, state }) => conversationId === room && state === 'removed'),
      )
    }
    for (const person of [ana, bo, invited]) {
      const listed = await person.ask('conversation.list', {})
      expect(listed.summaries.map(({ conversation }) => conversation.id)).not.toContain(room)
      for (const [name, input] of [
        ['conversation.get', { conversationId: room }],
        ['message.page', { conversationId: room }],
        ['message.send', { conversationId: room, id: newId(), body: plain('Still here') }],
        ['message.get', { messageId: said.id }],
        ['membership.join', { conversationId: room }],
      ] as const) {
        expect([name, (await refusalOf(person, name, input))?.code]).toEqual([name, 'not_found'])
      }
      const synced = await person.ask('sync.run', { positions: [{ conversationId: room, rev: 1 }] })
      expect(JSON.stringify(synced)).not.toContain('Buy this')
    }
    expect((await bo.ask('conversation.discover', { query: 'Spam' })).rooms).toEqual([])
    const { rooms } = await admin.ask('administration.listRooms', { query: 'Spam' })
    expect(rooms).toEqual([])
    expect(await latestAct()).toMatchObject({ act: 'removeRoom', conversationId: room, roomName: 'Spam' })
    await expect.poll(async () => (await askBytes(server, original)).status).toBe(404)
    await expect.poll(async () => (await ana.ask('attachment.quota', {})).usedBytes).toBe(0)
  })

  test('frees its reference, for which the host can make a new room', async () => {
    const [ana, context] = [await arrive(server, 'ana'), newName('order')]
    const members = [ana.id]
    const { conversation } = await server.parley.conversations.ensure({ context, members })
    await admin.ask('administration.removeRoom', { conversationId: conversation.id })
    const next = await server.parley.conversations.ensure({ context, members })
    expect(next).toMatchObject({ isNew: true, conversation: { context } })
    expect(next.conversation.id).not.toBe(conversation.id)
  })

  test('cannot be a direct conversation', async () => {
    const [ana, bo] = await arriveAll(server, 'ana', 'bo')
    const conversationId = await openDirect(ana, bo)
    expect(await refusalOf(admin, 'administration.removeRoom', { conversationId })).toMatchObject({ code: 'not_found' })
    expect(await say(ana, conversationId)).toMatchObject({ seq: 1 })
  })
})

describe('the lists', () => {
  test('of people go on where a page ended, also if its last person is erased before the next page', async () => {
    const word = newName('crowd')
    const crowd = await arriveAll(server, ...Array.from({ length: 5 }, () => word))
    const ids = crowd.sort((one, other) => (one.user.username < other.user.username ? -1 : 1)).map(({ id }) => id)
    for (const list of ['administration.listPeople', 'user.search'] as const) {
      const pageOf = async (from?: string) => {
        if (list === 'user.search') return admin.ask(list, { query: word, after: from, limit: 2 })
        const { people, next } = await admin.ask(list, { query: word, after: from, limit: 2 })
        return { users: people.map(({ user }) => user), next }
      }
      const first = await pageOf()
      expect(first.users.map(({ id }) => id)).toEqual(ids.slice(0, 2))
      await server.parley.users.erase(ids.splice(1, 1)[0] as string)
      expect((await pageOf(first.next)).users.map(({ id }) => id)).toEqual(ids.slice(1, 3))
      // Clients of an earlier version give the id of the last person.
      expect((await pageOf(ids[0])).users.map(({ id }) => id)).toEqual(ids.slice(1, 3))
    }
    const forged = `=${Buffer.from('\0').toString('base64url')}`
    expect((await admin.ask('user.search', { query: word, after: forged })).users.map(({ id }) => id)).toEqual(ids)
  })

  test('can be read page by page to the end, with each entry once', async () => {
    const word = newName('crowd')
    const crowd = await arriveAll(server, ...Array.from({ length: 7 }, () => word))
    const [first, second] = crowd as [Person, Person]
    await admin.ask('administration.suspend', { userId: second.id })
    const rooms = []
    for (let count = 0; count < 5; count++) rooms.push(await openRoom(first, [], { name: `${word} ${count}` }))

    const people: string[] = []
    for (let after: string | undefined, more = true; more; ) {
      const page = await admin.ask('administration.listPeople', { query: word, after, limit: 3 })
      people.push(...page.people.map(({ user }) => user.id))
      after = page.people.at(-1)?.user.id
      more = page.hasMore
    }
    expect(people.length).toBe(7)
    expect(new Set(people)).toEqual(new Set(crowd.map(({ id }) => id)))
    for (const [state, count] of [
      ['active', 6],
      ['suspended', 1],
      ['deactivated', 0],
    ] as const) {
      expect((await admin.ask('administration.listPeople', { query: word, state })).people.length).toBe(count)
    }

    const found: string[] = []
    for (let after: string | undefined, more = true; more; ) {
      const page = await admin.ask('administration.listRooms', { query: word, after, limit: 2 })
      found.push(...page.rooms.map(({ conversation }) => conversation.id))
      after = page.rooms.at(-1)?.conversation.id
      more = page.hasMore
      expect(page.rooms.every(({ memberCount, messageCount }) => memberCount === 1 && messageCount === 0)).toBe(true)
    }
    expect(found).toEqual(rooms.toReversed())

    const numbers: number[] = []
    for (let before: number | undefined, more = true; more; ) {
      const page = await admin.ask('administration.listActs', { before, limit: 4 })
      numbers.push(...page.acts.map(({ number }) => number))
      before = page.acts.at(-1)?.number
      more = page.hasMore
    }
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => numbers.length - index))
  })

  test('show that an act was done to a person who was erased, and nothing else of them', async () => {
    const ana = await arrive(server, 'ana')
    await admin.ask('administration.suspend', { userId: ana.id, reason: `${ana.user.username} was rude` })
    await server.parley.users.erase(ana.id)
    const { acts, users } = await admin.ask('administration.listActs', {})
    expect(acts.find(({ userId }) => userId === ana.id)).toMatchObject({ act: 'suspend', reason: '' })
    expect(users.find(({ id }) => id === ana.id)).toMatchObject({ displayName: 'Deleted user' })
    expect(JSON.stringify({ acts, users })).not.toContain(ana.user.username)
    const { people } = await admin.ask('administration.listPeople', { query: 'deleted' })
    expect(people.map(({ user }) => user.id)).not.toContain(ana.id)
    expect(await refusalOf(admin, 'administration.restore', { userId: ana.id })).toMatchObject({ code: 'not_found' })
  })
})
