import { describe, expect, test } from 'vitest'
import { ConversationClient } from './conversation-client.ts'
import { conversationStage } from './conversation-stage.ts'
import { stage } from './stage.ts'

const on = stage()
const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const id = expect.stringMatching(/^[0-9a-f-]{36}$/)

const { arrive, come, pair } = conversationStage(on)

describe('document 003: sockets', () => {
  test('send_message → new_message for both, with the fields of the document', async () => {
    const { ana, bo, conversationId } = await pair()
    expect(conversationId).toBe(ana.roomWith(bo))
    ana.sendMessage(conversationId, bo.id, 'Hello!')
    for (const one of [ana, bo]) {
      expect(await one.inbox.next('new_message')).toEqual({
        _id: id,
        conversationId,
        senderId: ana.id,
        receiverId: bo.id,
        messageType: 'text',
        content: { text: 'Hello!' },
        status: 'sent',
        timestamp: date,
        createdAt: date,
      })
      await one.heardAll()
      expect(one.inbox.all('new_message')).toHaveLength(1)
    }
  })

  test('the first message to a user opens the conversation of the two', async () => {
    const [ana, bo] = [await come(), await come()]
    ana.sendMessage(ana.roomWith(bo), bo.id, 'Hello!')
    await bo.inbox.next('new_message', { conversationId: ana.roomWith(bo), senderId: ana.id })
    bo.socket.emit('send_message', { receiverId: ana.id, content: 'and to you' })
    expect(await ana.inbox.next('new_message', { senderId: bo.id })).toMatchObject({
      conversationId: ana.roomWith(bo),
      content: { text: 'and to you' },
    })
  })

  test('message_delivered is sent to the sender only, and only once the receiver has the message', async () => {
    const ana = await come()
    const signedIn = await on.signUp()
    const name = [ana.id, signedIn.user.id].sort().join('_')
    ana.sendMessage(name, signedIn.user.id, 'Are you there?')
    const { _id } = await ana.inbox.next('new_message')
    await ana.heardAll()
    expect(ana.inbox.all('message_delivered')).toEqual([])
    const bo = await arrive(signedIn)
    await bo.inbox.next('new_message', { _id })
    expect(await ana.inbox.next('message_delivered')).toEqual({ messageId: _id })
    await bo.heardAll()
    expect(bo.inbox.all('message_delivered')).toEqual([])
  })

  test('message_delivered in a conversation of three is sent to the sender only, for each receiver who has the message', async () => {
    const ana = await come()
    const others = [await on.signUp(), await on.signUp()]
    const room = { name: 'Roof', visibility: 'private', userIds: others.map(({ user }) => user.id) }
    const { body } = await ana.rest.post('/api/v1/conversations', room)
    const { id: conversationId } = (body.data as { summary: { conversation: { id: string } } }).summary.conversation
    const { _id } = await ana.ask('send_message', { conversationId, text: 'Hello both' })
    const statuses = async () => {
      const { messages } = await ana.ask('get_messages', { conversationId })
      return (messages as { status: string }[]).map(({ status }) => status)
    }
    for (const [at, signedIn] of others.entries()) {
      await ana.heardAll()
      expect([await statuses(), ana.inbox.all('message_delivered').length]).toEqual([['sent'], at])
      const one = await arrive(signedIn)
      await one.inbox.next('new_message', { _id })
      expect(await ana.inbox.next('message_delivered')).toEqual({ messageId: _id })
      await one.heardAll()
      expect(one.inbox.all('message_delivered')).toEqual([])
    }
    expect(await statuses()).toEqual(['delivered'])
  })

  test('mark_as_read → message_read for the sender', async () => {
    const { ana, bo, conversationId } = await pair()
    ana.sendMessage(conversationId, bo.id, 'one')
    ana.sendMessage(conversationId, bo.id, 'two')
    const ids = [(await bo.inbox.next('new_message'))._id, (await bo.inbox.next('new_message'))._id]
    bo.socket.emit('mark_as_read', { conversationId, messageIds: ids })
    expect(await ana.inbox.next('message_read')).toEqual({ messageIds: ids, readBy: bo.id })
    await bo.heardAll()
    expect(bo.inbox.all('message_read')).toEqual([])
    const { body } = await bo.rest.get('/api/chat/conversations')
    expect(body.data).toMatchObject([{ unreadCount: 0 }])
  })

  test('mark_as_read takes an empty list, and the ids of all messages that a client gets when it comes back', async () => {
    const { ana, bo, conversationId } = await pair()
    ana.sendMessage(conversationId, bo.id, 'one')
    ana.sendMessage(conversationId, bo.id, 'two')
    const ids = [(await bo.inbox.next('new_message'))._id, (await bo.inbox.next('new_message'))._id]
    const unread = async () => {
      const { body } = await bo.rest.get('/api/chat/conversations')
      return (body.data as { unreadCount: number }[]).map(({ unreadCount }) => unreadCount)
    }
    expect(await bo.ask('mark_as_read', { conversationId, messageIds: [] })).toEqual({
      conversationId,
      messageIds: [],
      readBy: bo.id,
    })
    expect(await unread()).toEqual([2])
    // Rows of its own that the server does not have yet, in the same event.
    const unsent = Array.from({ length: 998 }, (_, at) => `row-${at}`)
    const marked = { conversationId, messageIds: ids, readBy: bo.id }
    expect(await bo.ask('mark_as_read', { conversationId, messageIds: [...unsent, ...ids] })).toEqual(marked)
    expect(await ana.inbox.next('message_read')).toEqual({ messageIds: ids, readBy: bo.id })
    expect(await unread()).toEqual([0])
    const tooMany = { conversationId, messageIds: [...unsent, ...ids, 'one more'] }
    expect(await bo.ask('mark_as_read', tooMany)).toMatchObject({ status: 'error', error: { code: 'INVALID_INPUT' } })
  })

  test('typing_start and typing_stop → user_typing for sockets that joined', async () => {
    const { ana, bo, conversationId } = await pair()
    const elsewhere = await arrive(bo.signedIn)
    ana.socket.emit('typing_start', { conversationId })
    const typing = { conversationId, userId: ana.id, isTyping: true }
    expect(await bo.inbox.next('user_typing')).toEqual(typing)
    ana.socket.emit('typing_stop', { conversationId })
    expect(await bo.inbox.next('user_typing')).toEqual({ ...typing, isTyping: false })
    for (const one of [ana, elsewhere]) {
      await one.heardAll()
      expect(one.inbox.all('user_typing')).toEqual([])
    }
  })

  test('after leave_conversation a socket gets no events of it until it joins again', async () => {
    const { ana, bo, conversationId } = await pair()
    const { _id } = await bo.ask('send_message', { conversationId, text: 'before' })
    for (const one of [ana, bo]) await one.inbox.next('new_message', { _id })
    await bo.inbox.next('message_delivered')
    bo.socket.emit('leave_conversation', { conversationId })
    await bo.heardAll()
    const heardBefore = bo.inbox.heard.length
    ana.sendMessage(conversationId, bo.id, 'unheard')
    ana.socket.emit('typing_start', { conversationId })
    ana.socket.emit('mark_as_read', { conversationId, messageIds: [_id] })
    await ana.inbox.next('mark_as_read')
    await bo.heardAll()
    const quiet = bo.inbox.heard.slice(heardBefore).map(({ event }) => event)
    expect(quiet.filter((event) => event !== 'user_online_status')).toEqual([])
    bo.socket.emit('join_conversation', { conversationId, userId: bo.id })
    await bo.heardAll()
    ana.sendMessage(conversationId, bo.id, 'heard')
    await bo.inbox.next('new_message')
    expect(bo.inbox.all('new_message')).toMatchObject([{ _id }, { content: { text: 'heard' } }])
  })

  test('get_online_status answers, and user_online_status is sent when a user connects', async () => {
    const { ana, bo } = await pair()
    ana.socket.emit('get_online_status', { userId: bo.id })
    const status = await ana.inbox.next('user_online_status', { userId: bo.id })
    expect(status).toEqual({ userId: bo.id, isOnline: true, lastSeen: date })
    const stranger = await come()
    expect(await stranger.ask('get_online_status', { userId: bo.id })).toEqual({
      userId: bo.id,
      isOnline: false,
      lastSeen: null,
    })
  })

  test('authenticate works on a connection without a token', async () => {
    const signedIn = await on.signUp()
    // Before its user has signed in, a client may show that it has no token.
    for (const options of [{}, { auth: { token: null } }]) {
      const client = await arrive(signedIn, options)
      client.socket.emit('authenticate', { token: signedIn.accessToken })
      expect(await client.inbox.next('authenticated')).toEqual({ userId: signedIn.user.id, success: true })
    }
    const late = await arrive(signedIn, {})
    late.socket.emit('authenticate', { token: 'test_token' })
    expect(await late.inbox.next('error')).toEqual({ message: 'Authentication failed', code: 'AUTH_ERROR' })
    await late.inbox.next('disconnect')
  })

  test('authenticate after a handshake with a token is answered too; another token ends the connection', async () => {
    const ana = await come()
    ana.socket.emit('authenticate', { token: ana.signedIn.accessToken })
    expect(await ana.inbox.next('authenticated')).toEqual({ userId: ana.id, success: true })
    ana.socket.emit('authenticate', { token: 'test_token' })
    expect(await ana.inbox.next('error')).toEqual({ message: 'Authentication failed', code: 'AUTH_ERROR' })
    await ana.inbox.next('disconnect')
  })

  test('the sample clients work: for Flutter, for the web, and of the test', async () => {
    const [phone, page] = [await on.signUp(), await on.signUp()]
    const auth = { token: phone.accessToken }
    const flutter = await arrive(phone, { transports: ['websocket'], autoConnect: false, auth })
    const web = await arrive(page, { auth: { token: page.accessToken } })
    const conversationId = flutter.roomWith(web)
    const content = { text: 'Test message' }
    flutter.socket.emit('send_message', { conversationId, receiverId: web.id, messageType: 'text', content })
    for (const one of [flutter, web]) expect(await one.inbox.next('new_message')).toMatchObject({ content })
    await flutter.inbox.next('message_delivered')
    // Its test speaks in a conversation that there is not, to somebody who is not there, with a token that is none.
    web.socket.emit('send_message', { conversationId: 'test_conv', receiverId: 'user2', messageType: 'text', content })
    expect(await web.inbox.next('error')).toMatchObject({ code: 'NOT_FOUND', message: expect.any(String) })
    const stranger = new ConversationClient(on.server().url, page, { auth: { token: 'test_token' } })
    await stranger.inbox.next('connect_error')
    stranger.socket.close()
  })

  test('a token in the header is accepted', async () => {
    const signedIn = await on.signUp()
    const extraHeaders = { Authorization: `Bearer ${signedIn.accessToken}` }
    const client = await arrive(signedIn, { extraHeaders })
    await client.heardAll()
  })

  test.each([
    ['a conversation of others', (names: string[]) => ({ conversationId: names[0], content: { text: 'x' } })],
    ['nobody', (names: string[]) => ({ receiverId: 'nobody', content: { text: names.join() } })],
    ['nothing', () => ({ content: { text: 'x' } })],
    [
      'two receivers',
      (names: string[]) => ({ conversationId: names[1], receiverId: 'nobody', content: { text: 'x' } }),
    ],
    ['too much text', (names: string[]) => ({ conversationId: names[1], content: { text: 'x'.repeat(5_000) } })],
    ['no text', (names: string[]) => ({ conversationId: names[1], content: {} })],
  ])('hole 32: a message to %s is refused', async (_, argument) => {
    const { ana, bo, conversationId } = await pair()
    const eve = await come()
    const answer = await eve.ask('send_message', argument([conversationId, eve.roomWith(ana)]))
    expect(answer).toMatchObject({ status: 'error', error: { code: expect.any(String), message: expect.any(String) } })
    await eve.inbox.next('error')
    await eve.inbox.next('exception', { status: 'error' })
    for (const one of [ana, bo]) {
      await one.heardAll()
      expect(one.inbox.all('new_message')).toEqual([])
    }
    expect((await eve.rest.get('/api/chat/conversations')).body.data).toEqual([])
  })

  test('hole 31: strangers cannot join, read or mark a conversation', async () => {
    const { ana, bo, conversationId } = await pair()
    ana.sendMessage(conversationId, bo.id, 'Psst')
    const { _id } = await bo.inbox.next('new_message')
    const eve = await come()
    for (const [event, argument] of [
      ['join_conversation', { conversationId }],
      ['join_conversation', { conversationId, userId: ana.id }],
      ['leave_conversation', { conversationId }],
      ['typing_start', { conversationId }],
      ['get_messages', { conversationId }],
      ['mark_as_read', { conversationId, messageIds: [_id] }],
    ] as const) {
      expect(await eve.ask(event, argument)).toMatchObject({ status: 'error' })
    }
    expect((await eve.rest.get(`/api/chat/conversations/${conversationId}/messages`)).status).toBe(404)
    ana.sendMessage(conversationId, bo.id, 'Psst again')
    await bo.inbox.next('new_message')
    await eve.heardAll()
    expect([...eve.inbox.all('new_message'), ...eve.inbox.all('user_typing')]).toEqual([])
  })
})

describe('document 003: endpoints', () => {
  test('conversations are created and listed in the envelope of the document, with their job', async () => {
    const [ana, bo] = [await come(), await come()]
    const made = await ana.rest.post('/api/chat/conversations', { participantId: bo.id, jobId: 'job123' })
    const name = ana.roomWith(bo)
    expect(made).toMatchObject({
      status: 201,
      body: { status: 201, message: 'Conversation created successfully', data: { conversationId: name } },
    })
    ana.sendMessage(name, bo.id, 'Hello')
    await bo.inbox.next('new_message')
    const { status, body } = await bo.rest.get('/api/chat/conversations')
    expect(status).toBe(200)
    expect(body).toEqual({
      status: 200,
      message: 'Conversations retrieved successfully',
      data: [
        {
          _id: name,
          participants: expect.arrayContaining([ana.id, bo.id]),
          name: null,
          lastMessage: { text: 'Hello', senderId: ana.id, timestamp: date },
          unreadCount: 1,
          jobId: 'job123',
          otherUser: {
            _id: ana.id,
            name: expect.any(String),
            username: expect.any(String),
            avatar: null,
            isOnline: true,
          },
          createdAt: date,
          updatedAt: date,
        },
      ],
    })
    // A second job of the same two is a conversation of its own, which the name of the pair does not mean.
    const other = await ana.rest.post('/api/chat/conversations', { participantId: bo.id, jobId: 'job124' })
    const ids = [(other.body.data as { conversationId: string }).conversationId, name]
    expect(new Set(ids).size).toBe(2)
    const listed = (await ana.rest.get('/api/chat/conversations')).body.data as { _id: string; jobId: string }[]
    expect(listed.map(({ _id }) => _id).sort()).toEqual(ids.sort())
  })

  test('numbered pages of history do not move when messages arrive', async () => {
    const { ana, bo, conversationId } = await pair()
    for (let number = 1; number <= 25; number += 1) ana.sendMessage(conversationId, bo.id, `${number}`)
    for (let number = 1; number <= 25; number += 1) await bo.inbox.next('new_message')
    const page = async (number: number) => {
      const path = `/api/chat/conversations/${conversationId}/messages?page=${number}&limit=10`
      const { status, body } = await bo.rest.get(path)
      expect({ status, said: body.message }).toEqual({ status: 200, said: 'Messages retrieved successfully' })
      const data = body.data as { messages: { content: { text: string } }[]; hasMore: boolean; totalPages: number }
      return { ...data, messages: data.messages.map(({ content }) => Number(content.text)) }
    }
    expect(await page(1)).toEqual({ messages: [25, 24, 23, 22, 21, 20, 19, 18, 17, 16], hasMore: true, totalPages: 3 })
    ana.sendMessage(conversationId, bo.id, '26')
    await bo.inbox.next('new_message', {})
    expect(await page(2)).toEqual({ messages: [15, 14, 13, 12, 11, 10, 9, 8, 7, 6], hasMore: true, totalPages: 3 })
    expect(await page(3)).toEqual({ messages: [5, 4, 3, 2, 1], hasMore: false, totalPages: 3 })
    expect(await page(4)).toEqual({ messages: [], hasMore: false, totalPages: 3 })
    expect((await page(1)).messages[0]).toBe(26)
    for (const [query, length] of [
      ['', 26],
      ['?page=0&limit=0', 1],
      ['?page=-1&limit=1000', 26],
      ['?page=x&limit=x', 26],
      ['?page=1e9&limit=5', 5],
      [`?page=${'9'.repeat(400)}`, 0],
      ['?page=1&page=2&limit=%00', 26],
    ] as const) {
      const { status, body } = await bo.rest.get(`/api/chat/conversations/${conversationId}/messages${query}`)
      expect([query, status, body.data]).toMatchObject([query, 200, { hasMore: expect.any(Boolean) }])
      expect([query, (body.data as { messages: unknown[] }).messages.length]).toEqual([query, length])
    }
  })

  test('a numbered page of very long messages is complete', async () => {
    const { ana, bo, conversationId } = await pair()
    const text = 'x'.padEnd(4_000, '\u0001')
    for (let number = 1; number <= 100; number += 1) ana.sendMessage(conversationId, bo.id, text)
    for (let number = 1; number <= 100; number += 1) await bo.inbox.next('new_message')
    const { body } = await bo.rest.get(`/api/chat/conversations/${conversationId}/messages?page=1&limit=100`)
    expect(body.data).toMatchObject({ messages: { length: 100 }, hasMore: false })
  })

  test.each([
    ['GET', '/api/chat/conversations', 401],
    ['GET', '/api/chat/conversations/any/messages', 401],
    ['POST', '/api/chat/conversations', 401],
  ])('%s %s without a token is refused in the envelope', async (method, path, status) => {
    const client = await come()
    const answer = await fetch(on.server().url + path, { method })
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ status, message: expect.any(String), data: null })
    expect(client.inbox.all('error')).toEqual([])
  })
})
