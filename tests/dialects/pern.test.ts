import { describe, expect, test } from 'vitest'
import type { Fields } from './inbox.ts'
import { type PernClient, pernClients } from './pern-client.ts'
import { stage } from './stage.ts'

const on = stage({ timing: { presenceGraceMs: 100 } })
const { arrive, come, make } = pernClients(on)
const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const id = expect.stringMatching(/^[0-9a-f-]{36}$/)

/** Two who have a conversation. */
const pair = async () => {
  const [ana, bo] = [await come(), await come()]
  return { ana, bo, conversationId: await ana.openDirect(bo) }
}

const said = (heard: PernClient, event = 'chat:message_received') =>
  heard.inbox.all(event).map(({ content_encrypted }) => content_encrypted)

describe('messages', () => {
  test('chat:message_send → chat:message_received for all but the sending socket, which gets the answer', async () => {
    const [signedIn, bo, eve] = [await on.signUp(), await come(), await come()]
    const [ana, phone] = [await arrive(signedIn), await arrive(signedIn)]
    await phone.heardAll()
    const conversationId = await ana.openDirect(bo)
    const message = {
      id,
      conversation_id: conversationId,
      sender_id: ana.id,
      content_encrypted: 'not base64: {"iv":1}  \n',
      encrypted: true,
      message_type: 'text',
      attachments: [],
      offer: null,
      created_at: date,
      updated_at: date,
      edited_at: null,
      deleted_at: null,
      sender: { id: ana.id, username: ana.username, display_name: expect.any(String), avatar_url: null },
      statuses: [{ message_id: id, user_id: bo.id, status: 'sent', timestamp: date }],
      reactions: [],
    }
    const answer = await ana.ask('chat:message_send', {
      conversationId,
      contentEncrypted: message.content_encrypted,
    })
    expect(answer).toEqual({ success: true, data: message })
    for (const one of [phone, bo]) expect(await one.inbox.next('chat:message_received')).toEqual(message)
    await ana.send(conversationId, 'second')
    for (const one of [phone, bo]) await one.inbox.next('chat:message_received', { content_encrypted: 'second' })
    await Promise.all([ana, phone, eve].map((one) => one.heardAll()))
    expect(said(phone)).toHaveLength(2)
    for (const one of [ana, eve]) expect(said(one)).toEqual([])
  })

  test('a message is also sent without an acknowledgement', async () => {
    const { ana, bo, conversationId } = await pair()
    ana.socket.emit('chat:message_send', { conversationId, contentEncrypted: 'once' })
    await bo.inbox.next('chat:message_received', { content_encrypted: 'once' })
    await ana.heardAll()
    expect(said(ana)).toEqual([])
    expect((await ana.history(conversationId)).map(({ content_encrypted }) => content_encrypted)).toEqual(['once'])
  })

  test('many messages sent at once keep their order, for others and in the history, and each is answered', async () => {
    const { ana, bo, conversationId } = await pair()
    const contents = Array.from({ length: 250 }, (_, at) => `${at}`)
    const wrong = { conversationId, contentEncrypted: '' }
    const answers = contents.map((contentEncrypted) =>
      ana.ask('chat:message_send', { conversationId, contentEncrypted }),
    )
    const refused = ana.ask('chat:message_send', wrong)
    expect((await Promise.all(answers)).map(({ data }) => (data as Fields).content_encrypted)).toEqual(contents)
    expect(await refused).toMatchObject({ success: false, error: { name: 'ValidationError' } })
    await bo.inbox.next('chat:message_received', { content_encrypted: contents.at(-1) })
    expect(said(bo)).toEqual(contents)
    const history = await bo.history(conversationId, '?limit=100')
    expect(history.map(({ content_encrypted }) => content_encrypted)).toEqual(contents.toReversed().slice(0, 100))
    await ana.heardAll()
    expect(said(ana)).toEqual([])
  })

  test('a native client and this one read each other: plain text unencrypted, sealed content opaque', async () => {
    const { ana, bo, conversationId } = await pair()
    const signedIn = await on.signUp()
    const native = await on.server().connect(signedIn)
    const group = await ana.openGroup('Team', bo, { id: signedIn.user.id } as PernClient)
    const message = { conversationId: group, id: '019a0000-0000-7000-8000-000000000001' }
    await native.ask('message.send', { ...message, body: { kind: 'plain', text: 'in the open' } })
    expect(await bo.inbox.next('chat:message_received')).toMatchObject({
      content_encrypted: 'in the open',
      encrypted: false,
    })
    for (const [content, more, body] of [
      ['é \u202e😀 ==', {}, { kind: 'sealed', ciphertext: 'é \u202e😀 ==' }],
      ['plainly', { encrypted: false }, { kind: 'plain', text: 'plainly' }],
    ] as const) {
      await ana.ask('chat:message_send', { conversationId: group, contentEncrypted: content, ...more })
      await native.heard('message.created', ({ messages }) => {
        return JSON.stringify(messages?.[0]?.body) === JSON.stringify(body)
      })
    }
    native.close()
    expect(await ana.history(conversationId)).toEqual([])
  })

  test('chat:message_status_updated is sent to the sender only, and only with true statuses', async () => {
    const [ana, signedIn] = [await come(), await on.signUp()]
    const phone = { id: signedIn.user.id } as PernClient
    const conversationId = await ana.openDirect(phone)
    const { id: messageId } = await ana.send(conversationId, 'Are you there?')
    await ana.heardAll()
    expect(ana.inbox.all('chat:message_status_updated')).toEqual([])
    const statusOf = async () => ((await ana.history(conversationId)) as { statuses: Fields[] }[])[0]?.statuses[0]
    expect(await statusOf()).toEqual({ message_id: messageId, user_id: phone.id, status: 'sent', timestamp: date })

    // What was missed comes by itself, in order and once; that it has arrived is the receiver's answer to a ping.
    const bo = await arrive(signedIn)
    await bo.inbox.next('chat:message_received', { id: messageId })
    const told = { messageId, conversationId, userId: bo.id }
    expect(await ana.inbox.next('chat:message_status_updated', { status: 'delivered' })).toEqual({
      ...told,
      status: 'delivered',
      timestamp: date,
    })
    expect(await bo.ask('chat:message_delivered', { messageId })).toEqual({
      success: true,
      data: { messageId, status: 'delivered' },
    })
    expect(await statusOf()).toMatchObject({ status: 'delivered' })
    expect(await bo.ask('chat:message_read', { messageId })).toMatchObject({ data: { messageId, status: 'read' } })
    expect(await ana.inbox.next('chat:message_status_updated', { status: 'read' })).toEqual({
      ...told,
      status: 'read',
      timestamp: date,
    })
    expect(await statusOf()).toMatchObject({ status: 'read', timestamp: date })
    await Promise.all([ana.heardAll(), bo.heardAll()])
    expect(ana.inbox.all('chat:message_status_updated')).toHaveLength(2)
    expect(bo.inbox.all('chat:message_status_updated')).toEqual([])
    expect(said(bo)).toHaveLength(1)
  })

  test('in a group there is a status for each receiver', async () => {
    const [ana, bo, cleo] = [await come(), await come(), await come()]
    const conversationId = await ana.openGroup('Team', bo, cleo)
    const { id: messageId, statuses } = await ana.send(conversationId, 'Hello')
    expect((statuses as Fields[]).map(({ user_id }) => user_id).sort()).toEqual([bo.id, cleo.id].sort())
    await bo.ask('chat:message_read', { messageId })
    await ana.inbox.next('chat:message_status_updated', { userId: bo.id, status: 'read' })
    await ana.inbox.next('chat:message_status_updated', { userId: cleo.id, status: 'delivered' })
    const [message] = await ana.history(conversationId)
    expect(message?.statuses).toEqual(
      expect.arrayContaining([
        { message_id: messageId, user_id: bo.id, status: 'read', timestamp: date },
        { message_id: messageId, user_id: cleo.id, status: 'delivered', timestamp: date },
      ]),
    )
  })

  test('edits, deletions and reactions of others reach all participants', async () => {
    const { ana, bo, conversationId } = await pair()
    const eve = await come()
    const { id: messageId } = await ana.send(conversationId, 'first')
    await ana.rest.call('PATCH', `/api/messages/${messageId}`, { content_encrypted: 'second' })
    expect(await bo.inbox.next('chat:message_edited')).toMatchObject({
      id: messageId,
      content_encrypted: 'second',
      edited_at: date,
    })
    await bo.rest.post(`/api/messages/${messageId}/reactions`, { emoji: '😂' })
    const changed = { messageId, conversationId, userId: bo.id, emoji: '😂' }
    const reactions = [{ message_id: messageId, user_id: bo.id, emoji: '😂', count: 1 }]
    for (const one of [ana, bo]) {
      expect(await one.inbox.next('chat:reaction_updated')).toEqual({
        ...changed,
        action: 'added',
        count: 1,
        reactions,
      })
    }
    await bo.rest.call('DELETE', `/api/messages/${messageId}/reactions/😂`)
    const taken = { ...changed, action: 'removed', count: 0, reactions: [] }
    expect(await ana.inbox.next('chat:reaction_updated')).toEqual(taken)
    await ana.rest.call('DELETE', `/api/messages/${messageId}`)
    expect(await bo.inbox.next('chat:message_deleted')).toEqual({ messageId, conversationId })
    await eve.heardAll()
    expect(eve.inbox.heard.filter(({ event }) => event.startsWith('chat:'))).toEqual([])
  })
})

describe('typing and presence', () => {
  test('chat:typing → chat:user_typing for the others, with their name', async () => {
    const { ana, bo, conversationId } = await pair()
    const eve = await come()
    for (const isTyping of [true, false]) {
      expect(await ana.ask('chat:typing', { conversationId, isTyping })).toEqual({
        success: true,
        data: { conversationId, isTyping },
      })
      expect(await bo.inbox.next('chat:user_typing', { isTyping })).toEqual({
        conversationId,
        userId: ana.id,
        username: ana.username,
        isTyping,
        timestamp: date,
      })
    }
    await Promise.all([ana.heardAll(), eve.heardAll()])
    for (const one of [ana, eve]) expect(one.inbox.all('chat:user_typing')).toEqual([])
  })

  test('presence:online also reaches users who came to share a conversation since; presence:offline hides', async () => {
    const { ana, bo, conversationId } = await pair()
    const eve = await come()
    bo.socket.emit('presence:online')
    const online = { userId: bo.id, status: 'online', timestamp: date }
    expect(await ana.inbox.next('user:status_changed', { userId: bo.id })).toEqual(online)
    expect(await bo.ask('presence:offline')).toEqual({ success: true, data: { ...online, status: 'offline' } })
    expect(await ana.inbox.next('user:status_changed', { userId: bo.id, status: 'offline' })).toEqual({
      ...online,
      status: 'offline',
    })
    // Somebody who hides is here all the same.
    await ana.send(conversationId, 'I know you are there')
    await bo.inbox.next('chat:message_received')
    bo.socket.emit('presence:online')
    await ana.inbox.next('user:status_changed', { userId: bo.id, status: 'online' })
    bo.socket.close()
    await ana.inbox.next('user:status_changed', { userId: bo.id, status: 'offline' })
    await eve.heardAll()
    expect(eve.inbox.all('user:status_changed')).toEqual([])
  })
})

describe('access', () => {
  test('a token in the header is accepted; a missing or wrong one is refused', async () => {
    const signedIn = await on.signUp()
    const client = await arrive(signedIn, { extraHeaders: { Authorization: `Bearer ${signedIn.accessToken}` } })
    await client.heardAll()
    const stranger = make(signedIn, { auth: { token: 'wrong' } })
    await stranger.inbox.next('connect_error')
    expect(stranger.inbox.all('connect')).toEqual([])
  })

  test('strangers cannot send, type or mark, and get no events; what they cannot see answers as if it did not exist', async () => {
    const { ana, bo, conversationId } = await pair()
    const eve = await come()
    const { id: messageId } = await ana.send(conversationId, 'Psst')
    const nowhere = '019a0000-0000-7000-8000-00000000ffff'
    const errorOf = async (event: string, argument: unknown) => {
      const { success, error } = await eve.ask(event, argument)
      const { requestId: _, ...shown } = error as Fields
      expect(await eve.inbox.next('error')).toMatchObject(shown)
      return { success, ...shown }
    }
    for (const [event, argument, place, name] of [
      ['chat:message_send', { contentEncrypted: 'x' }, 'conversationId', 'ForbiddenError'],
      ['chat:typing', { isTyping: true }, 'conversationId', 'ForbiddenError'],
      ['chat:message_delivered', {}, 'messageId', 'NotFoundError'],
      ['chat:message_read', {}, 'messageId', 'NotFoundError'],
    ] as const) {
      const hidden = await errorOf(event, { ...argument, [place]: place === 'messageId' ? messageId : conversationId })
      expect(hidden).toMatchObject({ success: false, name, message: expect.any(String) })
      expect(await errorOf(event, { ...argument, [place]: nowhere })).toEqual(hidden)
    }
    await Promise.all([ana, bo].map((one) => one.heardAll()))
    expect(said(bo)).toEqual(['Psst'])
    expect(said(ana)).toEqual([])
    expect(ana.inbox.all('chat:user_typing')).toEqual([])
    expect(eve.inbox.heard.filter(({ event }) => event.startsWith('chat:'))).toEqual([])
  })

  test('users cannot act in the name of another', async () => {
    const { ana, bo, conversationId } = await pair()
    for (const claim of ['userId', 'senderId', 'sender_id', 'user_id']) {
      const message = { conversationId, contentEncrypted: 'not mine', [claim]: bo.id }
      expect(await ana.ask('chat:message_send', message)).toMatchObject({
        success: false,
        error: { name: 'ForbiddenError' },
      })
    }
    await ana.ask('chat:message_send', { conversationId, contentEncrypted: 'mine', sender_id: ana.id })
    await bo.inbox.next('chat:message_received', { content_encrypted: 'mine' })
    expect(said(bo)).toEqual(['mine'])
  })

  test('an invalid message is refused with a ValidationError', async () => {
    const { ana, bo, conversationId } = await pair()
    for (const argument of [
      undefined,
      null,
      {},
      { conversationId },
      { conversationId, contentEncrypted: '' },
      { conversationId, contentEncrypted: 'a\u0000b' },
      { conversationId, contentEncrypted: 'x'.repeat(32_769) },
      { conversationId, contentEncrypted: 'x', messageType: 'system' },
      { conversationId, contentEncrypted: 'x', encrypted: 'no' },
      { conversationId, contentEncrypted: ' ', encrypted: false },
    ]) {
      expect(await ana.ask('chat:message_send', argument)).toMatchObject({
        success: false,
        error: { name: 'ValidationError', status: 400 },
      })
    }
    await bo.heardAll()
    expect(said(bo)).toEqual([])
  })
})
