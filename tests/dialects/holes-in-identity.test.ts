import { io } from 'socket.io-client'
import { describe, expect, test } from 'vitest'
import { Inbox } from './inbox.ts'
import { Rest } from './rest.ts'
import { optionsOf, type Speaker, type Vocabulary } from './speaker.ts'
import { stage } from './stage.ts'

/** What is wrong in the documents' own samples and right here; the numbers are those of the list of holes. */
const on = stage()
const vocabularies: Vocabulary[] = ['000', '001']

const native = (speaker: Speaker) => new Rest(`${on.server().url}/api/v1`, speaker.token)

describe('hole 13: typing', () => {
  test('requires a membership', async () => {
    const [ana, cy] = await Promise.all([on.speak('000'), on.speak('001')])
    const roomId = await ana.createRoom('General')
    for (const room of [roomId, `room:${roomId}`, '__proto__', 'constructor']) {
      cy.startTyping(room)
      await cy.inbox.next('error', { code: 'TYPING_FAILED' })
    }
    await ana.heardAll()
    expect(ana.inbox.all('typing:update')).toEqual([])
  })

  test('ends when the connection of the user ends', async () => {
    const [ana, bo] = await Promise.all([on.speak('000'), on.speak('001')])
    const roomId = await ana.createRoom('General')
    await bo.enterRoom(roomId)
    bo.startTyping(roomId)
    await ana.inbox.next('typing:update', { isTyping: true })
    bo.socket.close()
    await ana.inbox.next('typing:update', { userId: bo.id, isTyping: false })
  })
})

describe('holes 14 and 23: presence', () => {
  test('is that of the user, and is sent only to users who share a conversation', async () => {
    const [ana, bo, cy] = await Promise.all([on.speak('000'), on.speak('001'), on.speak('000')])
    const roomId = await ana.createRoom('General')
    await bo.enterRoom(roomId)
    bo.socket.emit('presence:update', { status: 'away', userId: cy.id })
    await bo.inbox.next('error', { code: 'PRESENCE_FAILED' })
    bo.socket.emit('presence:update', { status: 'busy', userId: bo.id })
    expect(await ana.inbox.next('presence:changed', { status: 'busy' })).toMatchObject({ userId: bo.id })
    await cy.heardAll()
    expect(cy.inbox.all('presence:changed').filter(({ userId }) => userId !== cy.id)).toEqual([])
  })

  test.each(['offline', 'invisible', '', 'x'.repeat(100_000)])('%.20s is refused as a status', async (status) => {
    const ana = await on.speak()
    ana.socket.emit('presence:update', status)
    await ana.inbox.next('error', { code: 'PRESENCE_FAILED' })
  })

  test('closing one of two tabs is no departure, and a user who reconnects at once has not left', async () => {
    const ana = await on.speak()
    const roomId = await ana.createRoom('General')
    const signedIn = await on.signUp()
    const [first, second] = await Promise.all([on.arrive('000', signedIn), on.arrive('001', signedIn)])
    await first.enterRoom(roomId)
    first.socket.close()
    second.socket.close()
    const third = await on.arrive('000', signedIn)
    await third.sendAndHear(roomId, 'still here')
    await ana.heardAll()
    const heard = ana.inbox.all('presence:changed').filter(({ userId }) => userId === third.id)
    expect(heard.filter(({ status }) => status === 'offline')).toEqual([])
  })
})

describe('hole 17: sessions, packets and origins', () => {
  test.each(vocabularies)('a revoked session ends the socket of a client of %s', async (vocabulary) => {
    const signedIn = await on.signUp()
    const bo = await on.arrive(vocabulary, signedIn, { reconnection: false })
    expect((await native(bo).call('DELETE', '/sessions/current')).status).toBe(200)
    await bo.inbox.next('disconnect')
    const answer = await bo.rest.get('/chat/rooms')
    expect(answer.status).toBe(401)
  })

  test('a packet that is much too large ends its own connection only', async () => {
    const [ana, cy] = await Promise.all([on.speak(), on.speak('000', { reconnection: false })])
    const roomId = await ana.createRoom('General')
    cy.socket.emit('message:send', { roomId, content: 'x'.repeat(5_000_000) })
    await cy.inbox.next('disconnect')
    await ana.sendAndHear(roomId, 'undisturbed')
  })

  test('a page of another origin is not admitted with credentials', async () => {
    const ana = await on.speak()
    for (const path of ['/chat/rooms', '/socket.io/?EIO=4&transport=polling', '/io/?EIO=4&transport=polling']) {
      const { headers } = await fetch(on.server().url + path, {
        headers: { Origin: 'https://evil.example', Authorization: `Bearer ${ana.token}` },
      })
      const open = headers.get('access-control-allow-origin') !== null
      expect(open && headers.get('access-control-allow-credentials') === 'true').toBe(false)
    }
  })
})

describe('hole 22: identity comes from the token alone', () => {
  test.each(vocabularies)('for all events of a client of %s', async (vocabulary) => {
    const [ana, eve] = await Promise.all([on.speak('000'), on.speak(vocabulary)])
    const privateId = await ana.createRoom('Plans', { isPrivate: true })
    const publicId = await ana.createRoom('General')
    const messageId = await ana.sendAndHear(privateId, 'mine')
    const asAna = { userId: ana.id, senderId: ana.id, user: ana.user, token: ana.token }
    const lies: [string, object, string][] = [
      ['room:join', { roomId: privateId }, 'JOIN_FAILED'],
      ['room:join', { roomId: publicId }, 'JOIN_FAILED'],
      ['message:send', { roomId: privateId, content: 'I am Ana' }, 'SEND_FAILED'],
      ['message:send', { roomId: publicId, content: 'I am Ana' }, 'SEND_FAILED'],
      ['message:edit', { messageId, content: 'changed' }, 'EDIT_FAILED'],
      ['message:delete', { messageId }, 'DELETE_FAILED'],
      ['dm:send', { receiverId: ana.id, content: 'I am Ana' }, 'DM_FAILED'],
      ['typing:start', { roomId: privateId }, 'TYPING_FAILED'],
      ['room:leave', { roomId: privateId }, 'LEAVE_FAILED'],
    ]
    for (const [event, argument, code] of lies) {
      eve.socket.emit(event, { ...argument, ...asAna })
      await eve.inbox.next('error', { code })
    }
    // Not even what Eve could do as herself is done while she calls herself somebody else.
    await ana.heardAll()
    const joined = ana.inbox.all('room:user-joined').filter(({ userId }) => userId === eve.id)
    expect([...ana.inbox.all('dm:new'), ...joined]).toEqual([])
    const asEve = { userId: eve.id, senderId: eve.id, user: eve.user }
    eve.socket.emit('dm:send', { receiverId: ana.id, content: 'I am Eve', ...asEve })
    expect(await ana.inbox.next('dm:new')).toMatchObject({ senderId: eve.id, sender: { id: eve.id } })
    eve.socket.emit('room:join', { roomId: publicId, ...asEve })
    expect(await ana.inbox.next('room:user-joined', { userId: eve.id })).toMatchObject({ user: { id: eve.id } })
    eve.socket.emit('message:send', { roomId: publicId, content: 'still me', ...asEve })
    expect(await ana.inbox.next('message:new', { content: 'still me' })).toMatchObject({ senderId: eve.id })
    expect((await ana.rest.list(`/chat/rooms/${privateId}/messages`)).body).toMatchObject([{ content: 'mine' }])
  })
})

test('hole 23: typing and presence name the user, not the socket', async () => {
  const [ana, bo] = await Promise.all([on.speak('001'), on.speak('001')])
  const roomId = await ana.createRoom('General')
  await bo.enterRoom(roomId)
  bo.startTyping(roomId)
  expect((await ana.inbox.next('typing:update')).userId).toBe(bo.id)
  bo.socket.emit('presence:update', 'away')
  expect((await ana.inbox.next('presence:changed', { status: 'away' })).userId).toBe(bo.id)
})

test('hole 26: after n reconnections each event still arrives once, also at a client with the token in auth', async () => {
  const ana = await on.speak()
  const roomId = await ana.createRoom('General')
  const { accessToken } = await on.signUp()
  const socket = io(on.server().url, {
    ...optionsOf('001', accessToken),
    extraHeaders: undefined,
    auth: { token: accessToken },
    forceNew: true,
    reconnectionDelay: 1,
    reconnectionDelayMax: 2,
  })
  const inbox = new Inbox()
  socket.onAny((event: string, payload: unknown) => inbox.hear(event, payload))
  socket.on('connect', () => socket.emit('authenticate'))
  for (let time = 0; time < 4; time += 1) {
    await inbox.next('authenticated')
    if (time === 0) socket.emit('room:join', { roomId })
    await (time === 0 ? inbox.next('room:user-joined') : undefined)
    if (time < 3) socket.io.engine.close()
  }
  await ana.sendAndHear(roomId, 'once')
  await inbox.next('message:new', { content: 'once' })
  socket.emit('join', { rooms: ['fence'] })
  await inbox.next('error')
  expect(inbox.all('message:new')).toHaveLength(1)
  socket.close()
})
