import { expect, test } from 'vitest'
import { ConversationClient } from './conversation-client.ts'
import type { Fields } from './inbox.ts'
import { PernClient } from './pern-client.ts'
import { stage } from './stage.ts'

/* Two clients of different vocabularies with each other; all of them in one room are in everybody.test.ts. */

const on = stage()

const idOf = (count: number) => `019a0000-0000-7000-8000-${String(count).padStart(12, '0')}`

/** Somebody at our own client, seen from the wire. */
const goNative = async () => {
  const signedIn = await on.signUp()
  return { ...(await on.server().connect(signedIn)), user: signedIn.user }
}

const plain = (text: string) => ({ kind: 'plain', text }) as const

test('a user who leaves a room as a native or a 001 client has left it for all others', async () => {
  const native = await goNative()
  const [ana, bo] = await Promise.all([on.speak('000'), on.speak('001')])
  const roomId = await ana.createRoom('General')
  await bo.enterRoom(roomId)
  for (const operation of ['membership.join', 'membership.leave', 'membership.join'] as const) {
    await native.ask(operation, { conversationId: roomId })
  }
  for (const { inbox } of [ana, bo]) {
    await inbox.next('room:user-joined', { roomId, userId: native.user.id })
    await inbox.next('room:user-left', { roomId, userId: native.user.id })
    await inbox.next('room:user-joined', { roomId, userId: native.user.id })
  }
  bo.leaveRoom(roomId)
  await native.heard('membership.left', ({ memberships }) => memberships?.[0]?.userId === bo.id)
})

test('a direct message of a native client arrives as dm:new, and its answer arrives natively', async () => {
  const native = await goNative()
  const bo = await on.speak('001')
  const { summary } = await native.ask('conversation.openDirect', { userId: bo.id })
  const conversationId = summary.conversation.id
  await native.ask('message.send', { conversationId, id: idOf(2_000), body: plain('Psst') })
  const message = await bo.inbox.next('dm:new')
  expect(message).toMatchObject({ content: 'Psst', senderId: native.user.id, receiverId: bo.id })
  bo.sendDirectMessage(native.user.id, 'Yes?')
  await expect
    .poll(() => native.all('message.created').map(({ messages }) => messages?.[0]?.body))
    .toContainEqual(plain('Yes?'))
})

test('a 000 client answers in the conversation in which a 003 client wrote, even if that is about a job', async () => {
  const [ana, bo] = [await on.speak('000'), new ConversationClient(on.server().url, await on.signUp())]
  const { body } = await bo.rest.post('/api/chat/conversations', { participantId: ana.id, jobId: 'job-1' })
  const { conversationId } = Object(body.data)
  bo.sendMessage(conversationId, ana.id, 'Are you free on Monday?')
  const asked = await ana.inbox.next('dm:new', { content: 'Are you free on Monday?' })
  ana.sendDirectMessage(bo.id, 'From ten')
  const answered = await bo.inbox.next('new_message', { senderId: ana.id })
  const { data } = (await bo.rest.get(`/api/chat/conversations/${conversationId}/messages`)).body
  const ids = [answered._id, asked.id]
  expect(Object(data).messages.map(({ _id }: Fields) => _id)).toEqual(ids)
  expect((await ana.rest.list(`/chat/dm/${bo.id}`)).body.map(({ id }) => id)).toEqual(ids)
  expect((await bo.rest.get('/api/chat/conversations')).body.data).toHaveLength(1)
  bo.socket.close()
})

/** Those whom the document for a job market and the guide for PostgreSQL describe, and strangers at such clients. */
const couples = async () => {
  const [one, other, third, fourth] = await Promise.all([on.signUp(), on.signUp(), on.signUp(), on.signUp()])
  const { url } = on.server()
  const [ana, eve] = [new ConversationClient(url, one), new ConversationClient(url, third)]
  const [bo, mallory] = [new PernClient(url, other), new PernClient(url, fourth)]
  const all = [ana, bo, eve, mallory]
  for (const { inbox } of all) await inbox.next('connect')
  for (const client of all) await client.heardAll()
  const close = () => {
    for (const { socket } of all) socket.close()
  }
  return { ana, bo, strangers: [eve, mallory], all, close }
}

test('a 003 and a 004 client share one direct conversation, each by its own id for it', async () => {
  const { ana, bo, strangers, all, close } = await couples()
  const pair = [ana.id, bo.id].sort().join('_')
  const created = await ana.rest.post('/api/chat/conversations', { participantId: bo.id, jobId: 'job-1' })
  expect(created.body.data).toEqual({ conversationId: pair })
  ana.socket.emit('join_conversation', { conversationId: pair, userId: ana.id })
  const [listed] = (await bo.data(bo.rest.get('/api/conversations'))) as unknown as Fields[]
  expect(listed).toMatchObject({ type: 'direct', unread_count: 0, last_message: null })
  const conversationId = String(listed?.id)
  const again = await bo.rest.post('/api/conversations/direct', { user_id: ana.id })
  expect(again).toMatchObject({ status: 409, body: { error: { name: 'ConflictError' }, data: { id: conversationId } } })

  ana.sendMessage(pair, bo.id, 'Are you free on Monday?')
  const [asked, echoed] = [await bo.inbox.next('chat:message_received'), await ana.inbox.next('new_message')]
  expect(asked).toMatchObject({
    id: echoed._id,
    conversation_id: conversationId,
    sender_id: ana.id,
    content_encrypted: 'Are you free on Monday?',
    encrypted: false,
    statuses: [{ user_id: bo.id, status: 'sent' }],
  })
  expect(await ana.inbox.next('message_delivered')).toEqual({ messageId: echoed._id })
  await bo.ask('chat:message_read', { messageId: asked.id })
  expect(await ana.inbox.next('message_read')).toEqual({ messageIds: [echoed._id], readBy: bo.id })

  await bo.ask('chat:typing', { conversationId, isTyping: true })
  expect(await ana.inbox.next('user_typing')).toEqual({ conversationId: pair, userId: bo.id, isTyping: true })
  ana.socket.emit('typing_start', { conversationId: pair })
  await bo.inbox.next('chat:user_typing', { conversationId, userId: ana.id, isTyping: true })

  const open = { conversationId, contentEncrypted: 'From ten', encrypted: false }
  const answered = (await bo.ask('chat:message_send', open)).data as Fields
  expect(await ana.inbox.next('new_message')).toMatchObject({
    _id: answered.id,
    conversationId: pair,
    senderId: bo.id,
    receiverId: ana.id,
    content: { text: 'From ten' },
  })
  const secret = await bo.send(conversationId, 'U2VjcmV0')
  expect(await ana.inbox.next('new_message')).toMatchObject({
    _id: secret.id,
    content: { text: 'Encrypted message', sealed: true },
  })
  await bo.rest.call('PATCH', `/api/messages/${answered.id}`, { content_encrypted: 'From nine', encrypted: false })
  await ana.inbox.next('message_updated', { _id: answered.id, conversationId: pair })
  await bo.rest.post(`/api/messages/${asked.id}/reactions`, { emoji: '👍' })
  await bo.inbox.next('chat:reaction_updated', { messageId: asked.id })
  await bo.rest.call('DELETE', `/api/messages/${secret.id}`)
  expect(await ana.inbox.next('message_deleted')).toEqual({ messageId: secret.id, conversationId: pair })
  ana.socket.emit('mark_as_read', { conversationId: pair, messageIds: [answered.id] })
  await bo.inbox.next('chat:message_status_updated', { messageId: answered.id, userId: ana.id, status: 'read' })

  const messages = Object((await ana.rest.get(`/api/chat/conversations/${pair}/messages`)).body.data).messages
  expect(messages).toMatchObject([
    { _id: answered.id, content: { text: 'From nine' }, status: 'read' },
    { _id: asked.id, content: { text: 'Are you free on Monday?' }, status: 'read' },
  ])
  expect(await bo.history(conversationId)).toMatchObject([
    { id: answered.id, content_encrypted: 'From nine', statuses: [{ user_id: ana.id, status: 'read' }], reactions: [] },
    { id: asked.id, statuses: [{ user_id: bo.id, status: 'read' }], reactions: [{ user_id: bo.id, emoji: '👍' }] },
  ])
  const [own] = (await ana.rest.get('/api/chat/conversations')).body.data as unknown as Fields[]
  const lastMessage = { text: 'From nine', senderId: bo.id }
  expect(own).toMatchObject({ _id: pair, jobId: 'job-1', unreadCount: 0, lastMessage, otherUser: { _id: bo.id } })

  for (const client of all) await client.heardAll()
  expect(ana.inbox.all('new_message')).toHaveLength(3)
  expect(bo.inbox.all('chat:message_received')).toHaveLength(1)
  for (const { inbox } of strangers)
    expect(JSON.stringify(inbox.heard)).not.toMatch(`${pair}|${conversationId}|${ana.id}`)
  close()
})
