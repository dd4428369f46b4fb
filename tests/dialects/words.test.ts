import { describe, expect, test } from 'vitest'
import type { Speaker, Transport, Vocabulary } from './speaker.ts'
import { stage } from './stage.ts'

const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const id = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/)

const personOf = ({ user }: Speaker) => ({
  id: user.id,
  username: user.username,
  displayName: user.displayName,
  avatar: user.avatarUrl,
})

const combinations: [Vocabulary, Transport][] = [
  ['000', 'websocket'],
  ['000', 'polling'],
  ['001', 'websocket'],
  ['001', 'polling'],
]

describe.each(combinations)('every event of document %s over %s', (vocabulary, transport) => {
  const on = stage()
  const speak = () => on.speak(vocabulary, { transports: [transport] })

  /** Two people in one room. */
  const roomOfTwo = async () => {
    const [ana, bo] = await Promise.all([speak(), speak()])
    const roomId = await ana.createRoom('General')
    await bo.enterRoom(roomId)
    await ana.inbox.next('room:user-joined', { roomId, userId: bo.id })
    return { ana, bo, roomId }
  }

  test('room:join → room:user-joined for all members of the room', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    const cy = await speak()
    await cy.enterRoom(roomId)
    for (const member of [ana, bo]) {
      const joined = await member.inbox.next('room:user-joined', { userId: cy.id })
      expect(joined).toEqual({ roomId, userId: cy.id, user: personOf(cy) })
    }
  })

  test('room:join of a room of which the user is a member is answered, but not announced', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    await bo.enterRoom(roomId)
    await ana.sendAndHear(roomId, 'after')
    expect(ana.inbox.all('room:user-joined').filter(({ userId }) => userId === bo.id)).toHaveLength(1)
  })

  test('room:leave → room:user-left for the remaining members', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    bo.leaveRoom(roomId)
    expect(await ana.inbox.next('room:user-left')).toEqual({ roomId, userId: bo.id })
  })

  test('message:send → message:new for all members, including the sender', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    bo.sendMessage(roomId, 'Hello everyone!')
    for (const member of [ana, bo]) {
      expect(await member.inbox.next('message:new')).toEqual({
        id,
        roomId,
        senderId: bo.id,
        content: 'Hello everyone!',
        type: 'text',
        metadata: null,
        editedAt: null,
        deletedAt: null,
        createdAt: date,
        modifiedAt: date,
        sender: personOf(bo),
      })
      await member.heardAll()
      expect(member.inbox.all('message:new')).toHaveLength(1)
    }
  })

  test('message:send accepts a type', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    bo.sendMessage(roomId, '/files/plan.pdf', 'file')
    expect(await ana.inbox.next('message:new')).toMatchObject({ type: 'file', content: '/files/plan.pdf' })
  })

  test('message:edit → message:edited', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    const messageId = await bo.sendAndHear(roomId, 'Helo')
    bo.editMessage(messageId, 'Hello')
    for (const member of [ana, bo]) {
      expect(await member.inbox.next('message:edited')).toMatchObject({
        id: messageId,
        roomId,
        senderId: bo.id,
        content: 'Hello',
        editedAt: date,
        modifiedAt: date,
        sender: personOf(bo),
      })
    }
  })

  test('message:delete → message:deleted, by its author and by the admin of the room', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    const first = await bo.sendAndHear(roomId, 'first')
    const second = await bo.sendAndHear(roomId, 'second')
    bo.deleteMessage(first)
    for (const member of [ana, bo])
      expect(await member.inbox.next('message:deleted')).toEqual({ messageId: first, roomId })
    ana.deleteMessage(second)
    for (const member of [ana, bo])
      expect(await member.inbox.next('message:deleted')).toEqual({ messageId: second, roomId })
  })

  test('dm:send → dm:new for the receiver and for the sender, once each', async () => {
    const [ana, bo] = await Promise.all([speak(), speak()])
    for (const content of ['Psst', 'and again']) {
      ana.sendDirectMessage(bo.id, content)
      for (const person of [ana, bo]) {
        expect(await person.inbox.next('dm:new')).toMatchObject({
          id,
          senderId: ana.id,
          receiverId: bo.id,
          content,
          type: 'text',
          metadata: null,
          readAt: null,
          deletedAt: null,
          createdAt: date,
          modifiedAt: date,
          sender: personOf(ana),
        })
      }
    }
    for (const person of [ana, bo]) {
      await person.heardAll()
      expect(person.inbox.all('dm:new')).toHaveLength(2)
      expect(person.inbox.all('message:new')).toEqual([])
      expect(person.inbox.all('room:user-joined')).toEqual([])
    }
  })

  test('typing:start and typing:stop → typing:update for the others', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    bo.startTyping(roomId)
    expect(await ana.inbox.next('typing:update')).toEqual({ roomId, userId: bo.id, isTyping: true })
    bo.stopTyping(roomId)
    expect(await ana.inbox.next('typing:update')).toEqual({ roomId, userId: bo.id, isTyping: false })
    await bo.heardAll()
    expect(bo.inbox.all('typing:update')).toEqual([])
  })

  test('typing stops by itself, and with a message', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    bo.startTyping(roomId)
    await ana.inbox.next('typing:update', { isTyping: true })
    expect(await ana.inbox.next('typing:update', { isTyping: false })).toMatchObject({ roomId, userId: bo.id })
    bo.startTyping(roomId)
    await ana.inbox.next('typing:update', { isTyping: true })
    await bo.sendAndHear(roomId, 'said')
    await ana.inbox.next('typing:update', { isTyping: false })
  })

  test('presence:update → presence:changed', async () => {
    const { ana, bo } = await roomOfTwo()
    for (const status of ['busy', 'away', 'online']) {
      bo.socket.emit('presence:update', status)
      expect(await ana.inbox.next('presence:changed', { userId: bo.id, status })).toHaveProperty('lastSeenAt')
    }
  })

  test('error has the code and the message of the failure', async () => {
    const ana = await speak()
    const failures: [string, () => void][] = [
      ['JOIN_FAILED', () => ana.joinRoom('no-such-room')],
      ['LEAVE_FAILED', () => ana.leaveRoom('no-such-room')],
      ['SEND_FAILED', () => ana.sendMessage('no-such-room', 'Hello')],
      ['EDIT_FAILED', () => ana.editMessage('no-such-message', 'Hello')],
      ['DELETE_FAILED', () => ana.deleteMessage('no-such-message')],
      ['DM_FAILED', () => ana.sendDirectMessage('nobody', 'Hello')],
      ['TYPING_FAILED', () => ana.startTyping('no-such-room')],
      ['TYPING_FAILED', () => ana.stopTyping('no-such-room')],
      ['PRESENCE_FAILED', () => ana.socket.emit('presence:update', 'invisible')],
    ]
    for (const [code, fail] of failures) {
      fail()
      expect(await ana.inbox.next('error')).toMatchObject({ code, message: expect.stringMatching(/./) })
    }
  })

  test('join { rooms } and leave { rooms } start and stop events on this socket; the membership stays', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    const cy = await speak()
    cy.socket.emit('join', { rooms: [`room:${roomId}`] })
    await cy.inbox.next('room:user-joined', { roomId, userId: cy.id })
    await ana.sendAndHear(roomId, 'one')
    await cy.inbox.next('message:new', { content: 'one' })
    // A name that is no id of a room is reported, and the room beside it is left all the same.
    cy.socket.emit('leave', { rooms: ['room:no id', `room:${roomId}`] })
    await cy.inbox.next('error', { code: 'LEAVE_FAILED' })
    await cy.heardAll()
    await ana.sendAndHear(roomId, 'two')
    await cy.heardAll()
    expect(cy.inbox.all('message:new')).toHaveLength(1)
    expect((await cy.rest.list('/chat/rooms')).body).toHaveLength(1)
    expect(bo.inbox.all('room:user-left')).toEqual([])
    cy.socket.emit('join', { rooms: [`room:${roomId}`] })
    await cy.inbox.next('room:user-joined', { roomId, userId: cy.id })
    await ana.sendAndHear(roomId, 'three')
    await cy.inbox.next('message:new', { content: 'three' })
  })

  test('events that are sent without waiting are handled in order', async () => {
    const { ana, roomId } = await roomOfTwo()
    const cy = await speak()
    cy.joinRoom(roomId)
    cy.sendMessage(roomId, 'first words')
    for (let count = 0; count < 20; count += 1) cy.sendMessage(roomId, `number ${count}`)
    await ana.inbox.next('message:new', { content: 'number 19' })
    const expected = ['first words', ...Array.from({ length: 20 }, (_, count) => `number ${count}`)]
    expect(ana.inbox.all('message:new').map(({ content }) => content)).toEqual(expected)
    expect(cy.inbox.all('error')).toEqual([])
  })
})
