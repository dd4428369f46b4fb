import { describe, expect, test } from 'vitest'
import { Rest } from './rest.ts'
import type { Speaker } from './speaker.ts'
import { stage } from './stage.ts'

/** What is wrong in the documents' own samples and right here; the numbers are those of the list of holes. */
const on = stage()

const native = (speaker: Speaker) => new Rest(`${on.server().url}/api/v1`, speaker.token)

const membersOf = async (speaker: Speaker, roomId: string): Promise<string[]> => {
  const { body } = await native(speaker).get(`/conversations/${roomId}/memberships`)
  const { memberships } = Object(body.data) as { memberships: { userId: string }[] }
  return memberships.map(({ userId }) => userId)
}

const roomOfTwo = async (more: { isPrivate?: boolean } = {}) => {
  const [ana, bo] = await Promise.all([on.speak('000'), on.speak('001')])
  const roomId = await ana.createRoom('General', more)
  if (!more.isPrivate) await bo.enterRoom(roomId)
  return { ana, bo, roomId }
}

describe('hole 1: leaving', () => {
  test('a user who has left is no member, is not listed, cannot send and gets no events', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    bo.leaveRoom(roomId)
    await ana.inbox.next('room:user-left', { roomId, userId: bo.id })
    expect(await membersOf(ana, roomId)).toEqual([ana.id])
    expect((await bo.rest.list('/chat/rooms')).body).toEqual([])
    bo.sendMessage(roomId, 'still here')
    await bo.inbox.next('error', { code: 'SEND_FAILED' })
    await ana.sendAndHear(roomId, 'among ourselves')
    await bo.heardAll()
    expect(bo.inbox.all('message:new')).toEqual([])
    expect(ana.inbox.all('message:new')).toHaveLength(1)
  })

  test.each(['left', 'removed'] as const)(
    'a user who has %s gets the event on all devices, once, and no later ones',
    async (how) => {
      const { ana, roomId } = await roomOfTwo()
      const signedIn = await on.signUp()
      const [phone, desk] = await Promise.all([on.arrive('000', signedIn), on.arrive('001', signedIn)])
      await phone.enterRoom(roomId)
      if (how === 'left') desk.leaveRoom(roomId)
      else await native(ana).call('DELETE', `/conversations/${roomId}/memberships/${phone.id}`)
      await ana.inbox.next('room:user-left', { roomId, userId: phone.id })
      ana.startTyping(roomId)
      await ana.sendAndHear(roomId, 'among ourselves')
      for (const device of [phone, desk]) {
        await device.heardAll()
        expect(device.inbox.all('room:user-left')).toEqual([{ roomId, userId: phone.id }])
        expect([...device.inbox.all('message:new'), ...device.inbox.all('typing:update')]).toEqual([])
      }
    },
  )

  test('no event says that a user left a room of which they were no member', async () => {
    const { ana, roomId } = await roomOfTwo()
    const cy = await on.speak()
    cy.leaveRoom(roomId)
    await cy.inbox.next('error', { code: 'LEAVE_FAILED' })
    await ana.heardAll()
    expect(ana.inbox.all('room:user-left')).toEqual([])
  })

  test('the creator can leave too: another member becomes the owner', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    ana.leaveRoom(roomId)
    await bo.inbox.next('room:user-left', { userId: ana.id })
    expect((await bo.rest.list('/chat/rooms')).body).toMatchObject([{ id: roomId, role: 'admin' }])
  })
})

test('hole 2: a user who joins repeatedly is a member once, and is announced once', async () => {
  const { ana, bo, roomId } = await roomOfTwo()
  for (let time = 0; time < 5; time += 1) await bo.enterRoom(roomId)
  expect((await membersOf(ana, roomId)).sort()).toEqual([ana.id, bo.id].sort())
  expect((await bo.rest.list('/chat/rooms')).body).toHaveLength(1)
  await ana.heardAll()
  expect(ana.inbox.all('room:user-joined').filter(({ userId }) => userId === bo.id)).toHaveLength(1)
})

test.each(['000', '001'] as const)(
  'hole 3: a new connection of %s gets the events of its rooms at once',
  async (vocabulary) => {
    const { ana, roomId } = await roomOfTwo()
    const signedIn = await on.signUp()
    const before = await on.arrive(vocabulary, signedIn)
    await before.enterRoom(roomId)
    before.socket.close()
    const after = await on.arrive(vocabulary, signedIn)
    await ana.sendAndHear(roomId, 'welcome back')
    await after.inbox.next('message:new', { content: 'welcome back' })
    expect(ana.inbox.all('room:user-joined').filter(({ userId }) => userId === after.id)).toHaveLength(1)
  },
)

describe('hole 4: private rooms', () => {
  test('an invited user joins with room:join; others cannot', async () => {
    const { ana, bo, roomId } = await roomOfTwo({ isPrivate: true })
    bo.joinRoom(roomId)
    await bo.inbox.next('error', { code: 'JOIN_FAILED' })
    expect((await native(ana).post(`/conversations/${roomId}/invitations`, { userIds: [bo.id] })).status).toBe(201)
    await bo.enterRoom(roomId)
    await ana.sendAndHear(roomId, 'hush')
    await bo.inbox.next('message:new', { content: 'hush' })
  })

  test('an added user gets events at once, without joining', async () => {
    const { ana, bo, roomId } = await roomOfTwo({ isPrivate: true })
    expect((await native(ana).post(`/conversations/${roomId}/memberships`, { userIds: [bo.id] })).status).toBe(201)
    await bo.inbox.next('room:user-joined', { roomId, userId: bo.id })
    await ana.sendAndHear(roomId, 'hush')
    await bo.inbox.next('message:new', { content: 'hush' })
  })

  test('a user who declines an invitation is not announced as having left', async () => {
    const { ana, bo, roomId } = await roomOfTwo({ isPrivate: true })
    await native(ana).post(`/conversations/${roomId}/invitations`, { userIds: [bo.id] })
    bo.leaveRoom(roomId)
    await bo.heardAll()
    await ana.heardAll()
    expect(bo.inbox.all('error').filter(({ code }) => code === 'LEAVE_FAILED')).toEqual([])
    expect(ana.inbox.all('room:user-left')).toEqual([])
  })
})

test('hole 16: the creator of a room gets its events on every device, from the first message on', async () => {
  const signedIn = await on.signUp()
  const [phone, desk] = await Promise.all([on.arrive('000', signedIn), on.arrive('001', signedIn)])
  const roomId = await phone.createRoom('General')
  await phone.sendAndHear(roomId, 'first')
  await desk.inbox.next('message:new', { content: 'first' })
})

describe('hole 20: rooms that the user cannot see answer like rooms that do not exist', () => {
  test('over sockets', async () => {
    const { ana, bo, roomId } = await roomOfTwo({ isPrivate: true })
    const messageId = await ana.sendAndHear(roomId, 'hush')
    const answersOf = async (room: string, message: string) => {
      bo.joinRoom(room)
      bo.leaveRoom(room)
      bo.sendMessage(room, 'x')
      bo.startTyping(room)
      bo.editMessage(message, 'x')
      bo.deleteMessage(message)
      const codes = ['JOIN', 'LEAVE', 'SEND', 'TYPING', 'EDIT', 'DELETE'].map((word) => `${word}_FAILED`)
      const errors = await Promise.all(codes.map((code) => bo.inbox.next('error', { code })))
      return errors.map(({ code, message: sentence, reason }) => ({ code, sentence, reason }))
    }
    const unseen = await answersOf(roomId, messageId)
    const absent = await answersOf(roomId.replace(/.$/, '_'), messageId.replace(/.$/, '_'))
    expect(unseen).toEqual(absent)
    await ana.heardAll()
    expect(ana.inbox.all('message:new')).toHaveLength(1)
    expect(ana.inbox.all('typing:update')).toEqual([])
  })

  test('over REST', async () => {
    const { bo, roomId } = await roomOfTwo({ isPrivate: true })
    const [unseen, absent] = await Promise.all([
      bo.rest.get(`/chat/rooms/${roomId}/messages`),
      bo.rest.get('/chat/rooms/no-such-room/messages'),
    ])
    expect(unseen.status).toBe(404)
    expect(absent.status).toBe(404)
    expect({ ...unseen.body, requestId: '' }).toEqual({ ...absent.body, requestId: '' })
  })
})

test('hole 25: join { rooms } does not listen to rooms of which the user is no member', async () => {
  const { ana, bo, roomId } = await roomOfTwo({ isPrivate: true })
  const cy = await on.speak('001')
  const names = [`room:${roomId}`, roomId, `user:${bo.id}`, bo.id, ana.socket.id, `conversation:${roomId}`, 'room:', '']
  for (const name of names) {
    cy.socket.emit('join', { rooms: [name] })
    await cy.inbox.next('error', { code: 'JOIN_FAILED' })
  }
  await ana.sendAndHear(roomId, 'hush')
  ana.sendDirectMessage(bo.id, 'psst')
  await bo.inbox.next('dm:new')
  await cy.heardAll()
  expect(cy.inbox.heard.map(({ event }) => event).filter((event) => /^(message|dm|typing|room):/.test(event))).toEqual(
    [],
  )
})

test('hole 27: a request to create a room reads only the settings of a room from its body', async () => {
  const [ana, bo] = await Promise.all([on.speak(), on.speak()])
  const id = '019a0000-0000-7000-8000-000000000001'
  expect(await ana.rest.post('/chat/rooms', { name: 'General', createdBy: bo.id })).toMatchObject({ status: 403 })
  const { status, body } = await ana.rest.post('/chat/rooms', {
    name: 'General',
    id,
    createdBy: ana.id,
    userIds: [bo.id],
    createdAt: '1970-01-01T00:00:00.000Z',
    role: 'owner',
    ['__proto__']: { isPrivate: true },
  })
  expect(status).toBe(201)
  expect(body.id).not.toBe(id)
  expect(body).toMatchObject({ createdBy: ana.id, isPrivate: false })
  expect(await membersOf(ana, String(body.id))).toEqual([ana.id])
})
