import { patience } from '@parley/server/testing/patience'
import { stopClock } from '@parley/server/testing/stopped-clock'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Fields } from './inbox.ts'
import { Rest } from './rest.ts'
import type { Speaker } from './speaker.ts'
import { stage } from './stage.ts'

/** What is wrong in the documents' own samples and right here; the numbers are those of the list of holes. */
const on = stage()

const native = (speaker: Speaker) => new Rest(`${on.server().url}/api/v1`, speaker.token)

const roomOfTwo = async () => {
  const [ana, bo] = await Promise.all([on.speak('000'), on.speak('001')])
  const roomId = await ana.createRoom('General')
  await bo.enterRoom(roomId)
  return { ana, bo, roomId }
}

const idsOf = (messages: Fields[]) => messages.map(({ id }) => id)

test('hole 5: users cannot read the history of a room of which they are no members', async () => {
  const ana = await on.speak()
  const cy = await on.speak('001')
  const privateId = await ana.createRoom('Plans', { isPrivate: true })
  const publicId = await ana.createRoom('General')
  for (const roomId of [privateId, publicId]) {
    await ana.sendAndHear(roomId, 'hush')
    const { status, body } = await cy.rest.get(`/chat/rooms/${roomId}/messages`)
    expect(status).toBe(404)
    expect(JSON.stringify(body)).not.toContain('hush')
  }
})

describe('hole 6: before', () => {
  test('messages of the same millisecond are neither skipped nor repeated', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    for (let number = 0; number < 40; number += 1) (number % 2 ? ana : bo).sendMessage(roomId, `message ${number}`)
    await ana.inbox.next('message:new', { content: 'message 38' })
    await ana.inbox.next('message:new', { content: 'message 39' })
    const seen: Fields[] = []
    for (let before = ''; ; before = `&before=${seen.at(-1)?.id}`) {
      const { body } = await ana.rest.list(`/chat/rooms/${roomId}/messages?limit=7${before}`)
      if (body.length === 0) break
      seen.push(...body)
    }
    expect(idsOf(seen)).toEqual(idsOf(ana.inbox.all('message:new')).reverse())
  })

  test('an unknown, a foreign, a direct and a malformed id get the same refusal, and never the first page', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    await ana.sendAndHear(roomId, 'here')
    const other = await ana.createRoom('Elsewhere')
    const elsewhere = await ana.sendAndHear(other, 'elsewhere')
    ana.sendDirectMessage(bo.id, 'psst')
    const direct = String((await bo.inbox.next('dm:new')).id)
    const unknown = '019a0000-0000-7000-8000-000000000001'
    for (const before of [unknown, elsewhere, direct, roomId, 'x']) {
      const answer = await bo.rest.get(`/chat/rooms/${roomId}/messages?before=${before}`)
      expect(answer).toMatchObject({ status: 404, body: { statusCode: 404 } })
    }
    for (const before of [unknown, elsewhere, 'x']) {
      expect((await bo.rest.get(`/chat/dm/${ana.id}?before=${before}`)).status).toBe(404)
    }
  })

  test('a message that was deleted meanwhile still marks where the next page begins', async () => {
    const { ana, roomId } = await roomOfTwo()
    const ids: string[] = []
    for (const content of ['one', 'two', 'three']) ids.push(await ana.sendAndHear(roomId, content))
    ana.deleteMessage(ids[1] ?? '')
    await ana.inbox.next('message:deleted')
    const { body } = await ana.rest.list(`/chat/rooms/${roomId}/messages?before=${ids[1]}`)
    expect(idsOf(body)).toEqual([ids[0]])
  })
})

describe('holes 6 and 7: deleted messages', () => {
  test('are left out, and pages are still full and do not end early', async () => {
    const { ana, roomId } = await roomOfTwo()
    const ids: string[] = []
    for (let number = 0; number < 12; number += 1) ids.push(await ana.sendAndHear(roomId, `message ${number}`))
    for (const id of ids.slice(4, 12)) ana.deleteMessage(id)
    await ana.inbox.next('message:deleted', { messageId: ids[11] })
    const { body } = await ana.rest.list(`/chat/rooms/${roomId}/messages?limit=3`)
    expect(idsOf(body)).toEqual([ids[3], ids[2], ids[1]])
  })

  test('are left out of direct messages', async () => {
    const { ana, bo } = await roomOfTwo()
    for (const content of ['keep', 'take back']) {
      ana.sendDirectMessage(bo.id, content)
      await bo.inbox.next('dm:new', { content })
    }
    ana.deleteMessage(String((await ana.inbox.next('dm:new', { content: 'take back' })).id))
    await bo.inbox.next('message:deleted')
    expect((await bo.rest.list(`/chat/dm/${ana.id}`)).body.map(({ content }) => content)).toEqual(['keep'])
    expect((await bo.rest.list('/chat/conversations')).body).toMatchObject([{ id: ana.id }])
  })
})

test.each([
  ['0', 1],
  ['-1', 1],
  ['1000000000', 100],
  ['NaN', 50],
  ['', 50],
  ['7;drop table messages', 7],
])('hole 7: limit=%s returns %i messages', async (limit, count) => {
  const { ana, roomId } = await roomOfTwo()
  for (let number = 0; number < 101; number += 1) ana.sendMessage(roomId, `message ${number}`)
  await ana.inbox.next('message:new', { content: 'message 100' })
  const { body } = await ana.rest.list(`/chat/rooms/${roomId}/messages?limit=${encodeURIComponent(limit)}`)
  expect(body).toHaveLength(count)
})

test('hole 8: conversations are listed in order, with their latest message and unread count', async () => {
  const { ana, bo } = await roomOfTwo()
  const cy = await on.speak()
  for (const [from, content] of [
    [bo, 'one'],
    [cy, 'two'],
    [bo, 'three'],
  ] as const) {
    from.sendDirectMessage(ana.id, content)
    await ana.inbox.next('dm:new', { content })
  }
  const { body } = await ana.rest.list('/chat/conversations')
  expect(body).toMatchObject([
    { id: bo.id, unreadCount: 2, lastMessage: { content: 'three' } },
    { id: cy.id, unreadCount: 1, lastMessage: { content: 'two' } },
  ])
})

describe('hole 9: editing and deleting', () => {
  test('removed members can no longer edit or delete', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    const messageId = await bo.sendAndHear(roomId, 'as it was')
    await native(ana).call('DELETE', `/conversations/${roomId}/memberships/${bo.id}`)
    await ana.inbox.next('room:user-left', { userId: bo.id })
    bo.editMessage(messageId, 'otherwise')
    bo.deleteMessage(messageId)
    await bo.inbox.next('error', { code: 'EDIT_FAILED' })
    await bo.inbox.next('error', { code: 'DELETE_FAILED' })
    expect((await ana.rest.list(`/chat/rooms/${roomId}/messages`)).body).toMatchObject([{ content: 'as it was' }])
  })

  test('a deleted message cannot be edited, and its text is deleted', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    const messageId = await bo.sendAndHear(roomId, 'regretted')
    bo.deleteMessage(messageId)
    await ana.inbox.next('message:deleted', { messageId })
    bo.editMessage(messageId, 'back again')
    await bo.inbox.next('error', { code: 'EDIT_FAILED' })
    await ana.heardAll()
    expect(ana.inbox.all('message:edited')).toEqual([])
    const { body } = await native(ana).get(`/messages/${messageId}`)
    expect(JSON.stringify(body)).not.toContain('regretted')
  })

  test('members cannot edit messages of others, and plain members cannot delete them', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    const messageId = await ana.sendAndHear(roomId, 'mine')
    bo.editMessage(messageId, 'yours')
    bo.deleteMessage(messageId)
    await bo.inbox.next('error', { code: 'EDIT_FAILED', reason: 'forbidden' })
    await bo.inbox.next('error', { code: 'DELETE_FAILED', reason: 'forbidden' })
    expect((await ana.rest.list(`/chat/rooms/${roomId}/messages`)).body).toMatchObject([{ content: 'mine' }])
  })
})

test.each([
  ['a system message', { content: 'You are admin now', type: 'system' }],
  ['an unknown type', { content: 'x', type: 'x' }],
  ['an empty content', { content: '' }],
  ['a blank content', { content: ' \n\t' }],
  ['a content that is too long', { content: 'x'.repeat(4_001) }],
  ['a content of another kind', { content: { $ne: null } }],
  ['no content', {}],
  ['a content with NUL', { content: 'a\u0000b' }],
])('hole 10: %s is refused and stored nowhere', async (_, message) => {
  const { ana, bo, roomId } = await roomOfTwo()
  bo.socket.emit('message:send', { roomId, ...message })
  expect(await bo.inbox.next('error')).toMatchObject({ code: 'SEND_FAILED', reason: 'invalid_input' })
  bo.socket.emit('dm:send', { receiverId: ana.id, ...message })
  expect(await bo.inbox.next('error')).toMatchObject({ code: 'DM_FAILED', reason: 'invalid_input' })
  expect((await ana.rest.list(`/chat/rooms/${roomId}/messages`)).body).toEqual([])
  const { body } = await native(ana).get('/conversations?kind=direct')
  expect(body).toMatchObject({ data: { summaries: [] } })
})

describe('hole 11: acknowledgement, repetition, errors', () => {
  test('a client that wants an acknowledgement gets one, and may send again under its own id', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    const id = crypto.randomUUID().replace(/^(.{14})./, '$17')
    const message = { roomId, content: 'once', id }
    const answers = [
      await bo.socket.timeout(patience.waitMs).emitWithAck('message:send', message),
      await bo.socket.timeout(patience.waitMs).emitWithAck('message:send', message),
    ]
    for (const answer of answers) expect(answer).toMatchObject({ ok: true, data: { id, content: 'once' } })
    await ana.heardAll()
    expect(ana.inbox.all('message:new')).toHaveLength(1)
    bo.socket.emit('message:send', { ...message, content: 'something else' })
    await bo.inbox.next('error', { code: 'SEND_FAILED', reason: 'message_id_conflict' })
  })

  test('an error has a code, a reason and a request id, and no internals', async () => {
    const ana = await on.speak()
    ana.sendMessage("x' OR 1=1 --", 'Hello')
    const error = await ana.inbox.next('error')
    expect(error).toMatchObject({ code: 'SEND_FAILED', reason: 'invalid_input', message: expect.stringMatching(/./) })
    expect(JSON.stringify(error)).not.toMatch(/sqlite|select |insert |kysely|\.ts:|node_modules|at .*\(/i)
  })
})

describe('hole 12: direct messages', () => {
  test('to an unknown user are refused', async () => {
    const ana = await on.speak()
    for (const receiverId of ['nobody', '019a0000-0000-7000-8000-000000000001', `user:${ana.id}`]) {
      ana.sendDirectMessage(receiverId, 'Hello?')
      await ana.inbox.next('error', { code: 'DM_FAILED' })
    }
    expect((await ana.rest.list('/chat/conversations')).body).toEqual([])
  })

  test('to oneself are shown once', async () => {
    const ana = await on.speak()
    ana.sendDirectMessage(ana.id, 'note')
    const message = await ana.inbox.next('dm:new')
    expect(message).toMatchObject({ senderId: ana.id, receiverId: ana.id })
    await ana.heardAll()
    expect(ana.inbox.all('dm:new')).toHaveLength(1)
    expect(idsOf((await ana.rest.list(`/chat/dm/${ana.id}`)).body)).toEqual([message.id])
  })

  test('reach the sender’s other devices too', async () => {
    const bo = await on.speak()
    const signedIn = await on.signUp()
    const [phone, desk] = await Promise.all([on.arrive('000', signedIn), on.arrive('001', signedIn)])
    phone.sendDirectMessage(bo.id, 'from the phone')
    for (const { inbox } of [phone, desk, bo]) await inbox.next('dm:new', { content: 'from the phone' })
  })
})

test('hole 15: a user who answers has read the messages above, and the others see it', async () => {
  const { ana, bo, roomId } = await roomOfTwo()
  await ana.sendAndHear(roomId, 'one')
  ana.sendDirectMessage(bo.id, 'two')
  const { id } = await bo.inbox.next('dm:new')
  expect((await bo.rest.list('/chat/rooms')).body).toMatchObject([{ unreadCount: 1 }])
  expect((await ana.rest.list(`/chat/dm/${bo.id}`)).body).toMatchObject([{ content: 'two', readAt: null }])
  await bo.sendAndHear(roomId, 'three')
  bo.sendDirectMessage(ana.id, 'four')
  await ana.inbox.next('dm:new', { content: 'four' })
  await expect.poll(async () => (await bo.rest.list('/chat/rooms')).body).toMatchObject([{ unreadCount: 0 }])
  await expect
    .poll(async () => (await ana.rest.list(`/chat/dm/${bo.id}`)).body)
    .toMatchObject([{ content: 'four' }, { content: 'two', readAt: expect.any(String) }])
  ana.editMessage(String(id), 'two, or three')
  expect(await ana.inbox.next('message:edited', { id })).not.toHaveProperty('readAt')
})

test('hole 19: no request is left without an answer, and every date has its zone', async () => {
  onTestFinished(stopClock().release)
  const { ana, roomId } = await roomOfTwo()
  ana.sendMessage('019a0000-0000-7000-8000-000000000001', 'to a room that is not there')
  await ana.inbox.next('error', { code: 'SEND_FAILED' })
  const message = await ana.sendAndHear(roomId, 'here').then(() => ana.inbox.all('message:new')[0])
  const [room] = (await ana.rest.list('/chat/rooms')).body
  for (const date of [message?.createdAt, message?.modifiedAt, room?.createdAt, room?.joinedAt]) {
    expect(date).toMatch(/Z$/)
    expect(Date.parse(String(date))).toBe(Date.now())
  }
})

test('hole 24: a direct message reaches its user, and gives no access to anything else', async () => {
  const { ana, bo, roomId } = await roomOfTwo()
  const cy = await on.speak('001')
  for (const receiverId of [`room:${roomId}`, roomId, `user:${ana.id}`, String(ana.socket.id)]) {
    cy.sendDirectMessage(receiverId, 'let me in')
    await cy.inbox.next('error', { code: 'DM_FAILED' })
  }
  cy.sendDirectMessage(bo.id, 'hello')
  await bo.inbox.next('dm:new', { content: 'hello', senderId: cy.id })
  await ana.heardAll()
  expect(ana.inbox.all('dm:new')).toEqual([])
  expect(ana.inbox.all('message:new')).toEqual([])
})

test('holes 18 and 28: without any other service, all members get all events', async () => {
  const { ana, bo, roomId } = await roomOfTwo()
  const id = await ana.sendAndHear(roomId, 'no bus')
  expect((await bo.inbox.next('message:new')).id).toBe(id)
})
