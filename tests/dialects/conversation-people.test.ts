import { expect, test } from 'vitest'
import type { ConversationClient } from './conversation-client.ts'
import { conversationStage } from './conversation-stage.ts'
import { stage } from './stage.ts'

const on = stage({ directMessages: 'contacts', timing: { presenceGraceMs: 100 } })
const { arrive, come } = conversationStage(on)

const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

const request = (from: ConversationClient, to: ConversationClient) =>
  from.rest.call('PUT', `/api/v1/contacts/${to.id}`, {})
const accept = (by: ConversationClient, of: ConversationClient) => by.rest.post(`/api/v1/contacts/${of.id}/accept`, {})

/** Every way in which the documents begin a conversation, or speak in one. */
const attempts = (from: ConversationClient, to: ConversationClient) => {
  const conversationId = from.roomWith(to)
  return [
    () => from.ask('join_conversation', { conversationId, userId: from.id }),
    () =>
      from.ask('send_message', { conversationId, receiverId: to.id, messageType: 'text', content: { text: 'Hello' } }),
    () => from.ask('send_message', { conversationId, text: 'Hello' }),
    () => from.ask('send_message', { receiverId: to.id, content: 'Hello' }),
  ]
}

const expectRefusal = async (client: ConversationClient, attempt: () => Promise<unknown>) => {
  const why = { code: 'NO_CONTACT', message: expect.any(String), requestId: expect.any(String) }
  expect(await attempt()).toEqual({ status: 'error', error: why })
  expect(await client.inbox.next('error')).toEqual(why)
  const { message } = client.inbox.all('error').at(-1) ?? {}
  expect(await client.inbox.next('exception')).toEqual({ status: 'error', message })
}

test('document 002: only accepted contacts can open a conversation, and write in it as long as they are contacts', async () => {
  const [ana, bo] = [await come(), await come()]
  const create = () => ana.rest.post('/api/chat/conversations', { participantId: bo.id, jobId: 'job123' })
  const expectRefusals = async () => {
    for (const attempt of [...attempts(ana, bo)]) await expectRefusal(ana, attempt)
    for (const attempt of [...attempts(bo, ana)]) await expectRefusal(bo, attempt)
    const body = { status: 403, data: null, code: 'NO_CONTACT', message: expect.any(String) }
    expect(await create()).toMatchObject({ status: 403, body })
    for (const one of [ana, bo]) {
      expect((await one.rest.get('/api/chat/conversations')).body.data).toEqual([])
      expect([...one.inbox.all('new_message'), ...one.inbox.all('user_online_status')]).toEqual([])
    }
  }
  await expectRefusals()
  expect((await request(ana, bo)).status).toBe(200)
  await expectRefusals()
  expect((await accept(bo, ana)).status).toBe(200)
  for (const attempt of attempts(ana, bo)) expect(await attempt()).toMatchObject({ conversationId: ana.roomWith(bo) })
  expect((await create()).status).toBe(201)
  expect((await bo.rest.get('/api/chat/conversations')).body.data).toHaveLength(2)

  expect((await bo.rest.call('DELETE', `/api/v1/contacts/${ana.id}`)).status).toBe(200)
  for (const [one, other] of [
    [ana, bo],
    [bo, ana],
  ] as const) {
    const [join, ...sends] = attempts(one, other)
    expect(await join?.()).toMatchObject({ success: true })
    for (const attempt of sends) await expectRefusal(one, attempt)
    const history = await one.ask('get_messages', { conversationId: one.roomWith(other) })
    expect(history.messages).toHaveLength(3)
  }
})

test('user_online_status reports coming and going, to users who share a conversation only', async () => {
  const [ana, signedIn, eve] = [await come(), await on.signUp(), await come()]
  const bo = await arrive(signedIn)
  await request(bo, ana)
  await accept(ana, bo)
  await ana.ask('join_conversation', { conversationId: ana.roomWith(bo) })
  expect(await ana.ask('get_online_status', { userId: bo.id })).toEqual({
    userId: bo.id,
    isOnline: true,
    lastSeen: date,
  })
  bo.socket.close()
  const gone = { userId: bo.id, isOnline: false }
  expect(await ana.inbox.next('user_online_status', gone)).toEqual({ ...gone, lastSeen: date })
  expect((await ana.rest.get('/api/chat/conversations')).body.data).toMatchObject([{ otherUser: { isOnline: false } }])
  await arrive(signedIn)
  const back = { userId: bo.id, isOnline: true, lastSeen: date }
  await expect.poll(() => ana.inbox.all('user_online_status').at(-1)).toEqual(back)
  await eve.heardAll()
  expect(eve.inbox.all('user_online_status').filter(({ userId }) => userId === bo.id)).toEqual([])
})
