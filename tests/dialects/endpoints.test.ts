import { enter, newId } from '@parley/server/testing/people'
import { sendFiles, upload } from '@parley/server/testing/uploads'
import { describe, expect, test } from 'vitest'
import type { Fields } from './inbox.ts'
import { Rest } from './rest.ts'
import type { Speaker } from './speaker.ts'
import { stage } from './stage.ts'

const on = stage()
const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

const say = async (speaker: Speaker, roomId: string, count: number): Promise<string[]> => {
  const ids: string[] = []
  for (let number = 1; number <= count; number += 1) ids.push(await speaker.sendAndHear(roomId, `message ${number}`))
  return ids
}

/** Follows `before` to the end, as an endless list in a page would. */
const scroll = async (rest: Rest, path: string, limit: number): Promise<Fields[]> => {
  const all: Fields[] = []
  for (let before = ''; ; before = `&before=${all.at(-1)?.id}`) {
    const { status, body } = await rest.list(`${path}?limit=${limit}${before}`)
    expect(status).toBe(200)
    all.push(...body)
    if (body.length < limit) return all
  }
}

describe('POST and GET /chat/rooms', () => {
  test('the caller who creates a room becomes its admin and member', async () => {
    const ana = await on.speak()
    const { status, body } = await ana.rest.post('/chat/rooms', { name: 'Plans', description: 'Hush', isPrivate: true })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      id: expect.any(String),
      name: 'Plans',
      description: 'Hush',
      isPrivate: true,
      createdBy: ana.id,
      createdAt: date,
      modifiedAt: date,
      role: 'admin',
    })
    const { body: rooms } = await ana.rest.list('/chat/rooms')
    expect(rooms).toEqual([body])
  })

  test('a name is enough to create a room, which is public then', async () => {
    const ana = await on.speak()
    const { body } = await ana.rest.post('/chat/rooms', { name: 'General' })
    expect(body).toMatchObject({ name: 'General', description: null, isPrivate: false })
  })

  test('only the caller’s own rooms are listed, with the latest message and the unread count', async () => {
    const [ana, bo] = await Promise.all([on.speak(), on.speak('001')])
    const roomId = await ana.createRoom('General')
    await ana.createRoom('Without Bo')
    await bo.enterRoom(roomId)
    await say(ana, roomId, 3)
    const { body } = await bo.rest.list('/chat/rooms')
    expect(body).toMatchObject([
      { id: roomId, role: 'member', unreadCount: 3, lastMessage: { content: 'message 3', senderId: ana.id } },
    ])
    await bo.sendAndHear(roomId, 'answered')
    await expect.poll(async () => (await bo.rest.list('/chat/rooms')).body).toMatchObject([{ unreadCount: 0 }])
  })

  test.each([
    ['nothing', undefined],
    ['no name', {}],
    ['an empty name', { name: '' }],
    ['a name of 101', { name: 'x'.repeat(101) }],
    ['a list', []],
    ['a privacy of another kind', { name: 'General', isPrivate: 'yes' }],
  ])('%s creates no room', async (_, body) => {
    const ana = await on.speak()
    const answer = await ana.rest.post('/chat/rooms', body)
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ statusCode: 400, message: expect.stringMatching(/./) })
    expect((await ana.rest.list('/chat/rooms')).body).toEqual([])
  })
})

describe('GET /chat/rooms/:roomId/messages', () => {
  test('the history is newest first, with whole messages', async () => {
    const ana = await on.speak()
    const roomId = await ana.createRoom('General')
    const [first, second] = await say(ana, roomId, 2)
    const { status, body } = await ana.rest.list(`/chat/rooms/${roomId}/messages`)
    expect(status).toBe(200)
    expect(body.map(({ id }) => id)).toEqual([second, first])
    expect(body).toEqual([...ana.inbox.all('message:new')].reverse())
  })

  test('limit and before select messages; without a limit there are 50', async () => {
    const ana = await on.speak()
    const roomId = await ana.createRoom('General')
    const ids = (await say(ana, roomId, 60)).reverse()
    const idsOf = async (query: string) =>
      (await ana.rest.list(`/chat/rooms/${roomId}/messages${query}`)).body.map(({ id }) => id)
    expect(await idsOf('')).toEqual(ids.slice(0, 50))
    expect(await idsOf('?limit=3')).toEqual(ids.slice(0, 3))
    expect(await idsOf(`?limit=3&before=${ids[2]}`)).toEqual(ids.slice(3, 6))
    expect(await idsOf(`?before=${ids[50]}`)).toEqual(ids.slice(51))
    expect(await idsOf(`?before=${ids[59]}`)).toEqual([])
  })

  test('a sealed message of another client is marked as sealed', async () => {
    const ana = await on.speak()
    const roomId = await ana.createRoom('General')
    const native = new Rest(`${on.server().url}/api/v1`, ana.token)
    const body = { kind: 'sealed', ciphertext: 'c2VjcmV0' }
    const id = '019a0000-0000-7000-8000-000000000001'
    expect((await native.post(`/conversations/${roomId}/messages`, { id, body })).status).toBe(201)
    const sealed = { id, content: '', metadata: '{"sealed":true}' }
    expect(await ana.inbox.next('message:new')).toMatchObject(sealed)
    expect((await ana.rest.list(`/chat/rooms/${roomId}/messages`)).body).toMatchObject([sealed])
  })
})

test('files and offers of other clients come as a line of content, with their data as JSON in metadata, for members only', async () => {
  const [ana, bo, eve] = await Promise.all([on.speak(), on.speak('001'), on.speak()])
  const roomId = await ana.createRoom('General')
  await bo.enterRoom(roomId)
  const native = await enter(on.server(), ana.signedIn)
  const { conversation } = (await native.ask('conversation.openDirect', { userId: bo.id })).summary
  const file = { kind: 'file', mimeType: 'application/octet-stream', width: null, height: null, durationMs: null }
  const offer = { amount: 1250, currency: 'EUR', details: { days: 3 } }
  for (const [conversationId, event] of [
    [roomId, 'message:new'],
    [conversation.id, 'dm:new'],
  ] as const) {
    const [one, two] = [
      await upload(on.server(), native, Buffer.from('a')),
      await upload(on.server(), native, Buffer.from('b')),
    ]
    const listed = ({ id, name }: { id: string; name: string }) => ({
      ...{ ...file, id, name, size: 1, url: `/api/v1/files/${id}/original`, thumbnailUrl: null },
    })
    await sendFiles(native, conversationId, [one.id])
    await sendFiles(native, conversationId, [two.id], 'With a text')
    await native.ask('message.send', { conversationId, id: newId(), body: { kind: 'plain', text: '', offer } })
    const shown = [
      { type: 'file', content: 'File: notes.txt', metadata: { attachments: [listed(one)] } },
      { type: 'file', content: 'With a text', metadata: { attachments: [listed(two)] } },
      {
        type: 'offer',
        content: 'Offer: 12.50 EUR',
        metadata: { offer: { ...offer, expiresAt: null, status: 'open' } },
      },
    ]
    const partsOf = ({ type, content, metadata }: Fields) => ({ type, content, metadata: JSON.parse(String(metadata)) })
    for (const speaker of [ana, bo]) {
      for (const message of shown) {
        expect(partsOf(await speaker.inbox.next(event, { content: message.content }))).toEqual(message)
      }
    }
    const path = event === 'dm:new' ? `/chat/dm/${ana.id}` : `/chat/rooms/${roomId}/messages`
    const history = (await bo.rest.list(path)).body.map(partsOf)
    const signed = history.flatMap(({ metadata }) => (metadata.attachments ?? []) as Fields[])
    // An `<img>` shows no token: what somebody asks for has addresses that are signed for them.
    for (const { id, url } of signed) {
      expect([url, (await fetch(on.server().url + String(url))).status]).toEqual([
        expect.stringContaining(`/api/v1/files/${id}/original?user=${bo.id}&`),
        200,
      ])
    }
    expect(signed.map(({ id }) => id)).toEqual([two.id, one.id])
    for (const attachment of signed) attachment.url = String(attachment.url).split('?')[0]
    expect(history).toEqual([...shown].reverse())
    const list = (await bo.rest.list(event === 'dm:new' ? '/chat/conversations' : '/chat/rooms')).body
    expect(partsOf(list[0]?.lastMessage as Fields)).toEqual(shown[2])
    for (const [speaker, status] of [
      [bo, 200],
      [eve, 404],
    ] as const) {
      const headers = { Authorization: `Bearer ${speaker.token}` }
      expect((await fetch(`${on.server().url}/api/v1/files/${one.id}/original`, { headers })).status).toBe(status)
    }
  }
  await eve.heardAll()
  expect([...eve.inbox.all('message:new'), ...eve.inbox.all('dm:new')]).toEqual([])
})

test('a change of an offer is sent as an edited message with new content and metadata', async () => {
  const [ana, bo, eve] = await Promise.all([on.speak(), on.speak('001'), on.speak()])
  const roomId = await ana.createRoom('General')
  await bo.enterRoom(roomId)
  const [maker, other] = [await enter(on.server(), ana.signedIn), await enter(on.server(), bo.signedIn)]
  const { conversation } = (await maker.ask('conversation.openDirect', { userId: bo.id })).summary
  for (const conversationId of [roomId, conversation.id]) {
    const offer = async (text: string, answers?: string) => {
      const terms = { amount: 1250, currency: 'EUR', ...(answers ? { answers } : {}) }
      const body = { kind: 'plain', text, offer: terms } as const
      return (await (answers ? other : maker).ask('message.send', { conversationId, id: newId(), body })).message.id
    }
    const told = async (id: string, content: string, status: string) => {
      for (const { inbox } of [ana, bo]) {
        const message = await inbox.next('message:edited', { id })
        const { metadata, ...shown } = message
        expect(shown).toMatchObject({
          content,
          type: 'offer',
          senderId: ana.id,
          roomId: conversationId,
          deletedAt: null,
        })
        expect(JSON.parse(String(metadata))).toMatchObject({ offer: { amount: 1250, status } })
      }
    }
    const accepted = await offer('')
    await other.ask('offer.decide', { messageId: accepted, decision: 'accept' })
    await told(accepted, 'Offer: 12.50 EUR (accepted)', 'accepted')
    const path = conversationId === roomId ? `/chat/rooms/${roomId}/messages` : `/chat/dm/${ana.id}`
    expect((await bo.rest.list(path)).body[0]).toMatchObject({ content: 'Offer: 12.50 EUR (accepted)' })
    await maker.ask('message.edit', { messageId: accepted, body: { kind: 'plain', text: 'The roof' } })
    await told(accepted, 'The roof', 'accepted')
    const withdrawn = await offer('')
    await maker.ask('offer.decide', { messageId: withdrawn, decision: 'withdraw' })
    await told(withdrawn, 'Offer: 12.50 EUR (withdrawn)', 'withdrawn')
    const countered = await offer('In words')
    await offer('', countered)
    await told(countered, 'In words', 'countered')
  }
  for (const one of [ana, bo, eve]) await one.heardAll()
  expect(ana.inbox.all('message:edited')).toHaveLength(8)
  expect(eve.inbox.all('message:edited')).toEqual([])
})

describe('GET /chat/conversations and /chat/dm/:userId', () => {
  test('the caller’s partners are listed, the latest first', async () => {
    const [ana, bo, cy] = await Promise.all([on.speak(), on.speak('001'), on.speak()])
    ana.sendDirectMessage(bo.id, 'to bo')
    await bo.inbox.next('dm:new')
    cy.sendDirectMessage(ana.id, 'from cy')
    await ana.inbox.next('dm:new', { content: 'from cy' })
    const { body } = await ana.rest.list('/chat/conversations')
    expect(body).toMatchObject([
      {
        id: cy.id,
        username: cy.user.username,
        displayName: cy.user.displayName,
        avatar: null,
        isOnline: true,
        lastSeenAt: null,
        unreadCount: 1,
        lastMessage: { content: 'from cy', senderId: cy.id, receiverId: ana.id },
      },
      { id: bo.id, unreadCount: 0, lastMessage: { content: 'to bo', senderId: ana.id, receiverId: bo.id } },
    ])
    expect((await bo.rest.list('/chat/conversations')).body).toMatchObject([{ id: ana.id, isOnline: true }])
  })

  test('direct messages with limit and before come newest first, from both sides', async () => {
    const [ana, bo] = await Promise.all([on.speak(), on.speak('001')])
    for (let number = 1; number <= 7; number += 1) {
      const [from, to] = number % 2 === 0 ? [ana, bo] : [bo, ana]
      from.sendDirectMessage(to.id, `message ${number}`)
      await to.inbox.next('dm:new', { content: `message ${number}` })
    }
    const all = await scroll(ana.rest, `/chat/dm/${bo.id}`, 3)
    expect(all.map(({ content }) => content)).toEqual([7, 6, 5, 4, 3, 2, 1].map((number) => `message ${number}`))
    expect(all[0]).toMatchObject({ senderId: bo.id, receiverId: ana.id, createdAt: date })
    // Bo has answered everything but has not been answered; only reading can say that he read.
    expect(all.filter(({ readAt }) => readAt !== null).map(({ content }) => content)).not.toContain('message 7')
    expect(await scroll(bo.rest, `/chat/dm/${ana.id}`, 3)).toEqual(all)
  })

  test('the history with a user without a conversation is empty, and reading it opens none', async () => {
    const [ana, bo] = await Promise.all([on.speak(), on.speak()])
    expect(await ana.rest.list(`/chat/dm/${bo.id}`)).toMatchObject({ status: 200, body: [] })
    const native = new Rest(`${on.server().url}/api/v1`, bo.token)
    expect((await native.get('/conversations')).body).toMatchObject({ data: { summaries: [] } })
  })

  test('the history with an unknown user is 404', async () => {
    const ana = await on.speak()
    expect(await ana.rest.get('/chat/dm/nobody')).toMatchObject({ status: 404, body: { statusCode: 404 } })
  })
})

test.each([
  ['GET', '/chat/rooms'],
  ['POST', '/chat/rooms'],
  ['GET', '/chat/rooms/019a0000-0000-7000-8000-000000000001/messages'],
  ['GET', '/chat/conversations'],
  ['GET', '/chat/dm/019a0000-0000-7000-8000-000000000001'],
])('hole 5: %s %s without a token, or with a bad one, is 401', async (method, path) => {
  for (const token of [undefined, 'your-jwt-token']) {
    const answer = await new Rest(on.server().url, token).call(
      method,
      path,
      method === 'POST' ? { name: 'x' } : undefined,
    )
    expect(answer).toMatchObject({ status: 401, body: { statusCode: 401, message: expect.stringMatching(/./) } })
  }
})
