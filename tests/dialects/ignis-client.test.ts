import { tmpdir } from 'node:os'
import { afterEach, describe, expect, test } from 'vitest'
import { type Fields, Inbox } from './inbox.ts'
import { stage } from './stage.ts'

// The package opens log files beside the program, and catches what nobody else does: both would fall on this test run.
process.env.APP_ENV_LOGGER_FOLDER_PATH ??= tmpdir()
const before = new Set(process.listeners('uncaughtException'))
const { SocketIOClientHelper } = await import('@venizia/ignis-helpers/socket-io')
for (const listener of process.listeners('uncaughtException')) {
  if (!before.has(listener)) process.off('uncaughtException', listener)
}

const on = stage()
const clients: InstanceType<typeof SocketIOClientHelper>[] = []

afterEach(() => {
  for (const client of clients.splice(0)) {
    client.disconnect()
    client.shutdown()
  }
})

/** The published client of document 001, as that document uses it. */
const start = (token: string, events: string[] = []) => {
  const inbox = new Inbox()
  const client = new SocketIOClientHelper({
    identifier: 'chat-service-client',
    host: on.server().url,
    options: { path: '/io', extraHeaders: { Authorization: `Bearer ${token}` } },
    onConnected: () => client.authenticate(),
    onAuthenticated: () => {
      for (const event of events) {
        client.subscribe({ event, handler: (data) => inbox.hear(event, data) })
      }
      inbox.hear('onAuthenticated', {})
    },
    onUnauthenticated: (message) => inbox.hear('onUnauthenticated', { message }),
    onDisconnected: (reason) => inbox.hear('onDisconnected', { reason }),
  })
  clients.push(client)
  return { client, inbox, say: (topic: string, data: Fields) => client.emit({ topic, data }) }
}

const heard = ['message:new', 'message:edited', 'message:deleted', 'dm:new', 'typing:update', 'presence:changed']
const events = [...heard, 'room:user-joined', 'room:user-left', 'error', 'ping']

describe('the published SocketIOClientHelper', () => {
  test('authenticates, joins rooms and talks', async () => {
    const ana = await on.speak('000')
    const roomId = await ana.createRoom('General')
    const { accessToken, user } = await on.signUp()
    const { client, inbox, say } = start(accessToken, events)
    await inbox.next('onAuthenticated')
    expect(client.getState()).toBe('authenticated')

    client.joinRooms({ rooms: [`room:${roomId}`] })
    say('message:send', { roomId, content: 'Who am I?', userId: 'service-user' })
    await inbox.next('error', { code: 'SEND_FAILED', reason: 'forbidden' })
    say('message:send', { roomId, content: 'Hello from service!', userId: user.id })
    const message = await inbox.next('message:new')
    expect(message).toMatchObject({ roomId, content: 'Hello from service!', senderId: user.id })
    await ana.inbox.next('room:user-joined', { userId: user.id })
    await ana.inbox.next('message:new', { content: 'Hello from service!' })

    ana.startTyping(roomId)
    await inbox.next('typing:update', { userId: ana.id, isTyping: true })
    say('message:edit', { messageId: message.id, content: 'Hello again', userId: user.id })
    await inbox.next('message:edited', { id: message.id, content: 'Hello again' })
    say('message:delete', { messageId: message.id, userId: user.id })
    await inbox.next('message:deleted', { messageId: message.id, roomId })
    ana.sendDirectMessage(user.id, 'Psst')
    await inbox.next('dm:new', { senderId: ana.id, content: 'Psst' })
    say('dm:send', { receiverId: ana.id, content: 'Yes?', userId: user.id })
    await ana.inbox.next('dm:new', { senderId: user.id, content: 'Yes?' })
    ana.socket.emit('presence:update', 'busy')
    await inbox.next('presence:changed', { userId: ana.id, status: 'busy' })

    say('room:leave', { roomId, userId: user.id })
    await ana.inbox.next('room:user-left', { userId: user.id })
    say('message:send', { roomId, content: 'too late', userId: ana.id })
    await inbox.next('error', { code: 'SEND_FAILED' })
  })

  test('leaveRooms silences this client and keeps the membership', async () => {
    const ana = await on.speak('000')
    const roomId = await ana.createRoom('General')
    const { accessToken } = await on.signUp()
    const { client, inbox, say } = start(accessToken, events)
    await inbox.next('onAuthenticated')
    client.joinRooms({ rooms: [`room:${roomId}`] })
    await inbox.next('room:user-joined')
    client.leaveRooms({ rooms: [`room:${roomId}`] })
    say('message:send', { roomId, content: 'still a member' })
    await ana.inbox.next('message:new', { content: 'still a member' })
    client.joinRooms({ rooms: ['nowhere'] })
    await inbox.next('error', { code: 'JOIN_FAILED' })
    expect(inbox.all('message:new')).toEqual([])
  })

  test('gets no events of a room that it only names', async () => {
    const ana = await on.speak('000')
    const roomId = await ana.createRoom('Plans', { isPrivate: true })
    const { accessToken } = await on.signUp()
    const { client, inbox } = start(accessToken, events)
    await inbox.next('onAuthenticated')
    client.joinRooms({ rooms: [`room:${roomId}`, roomId, `user:${ana.id}`] })
    for (let refusals = 0; refusals < 3; refusals += 1) await inbox.next('error', { code: 'JOIN_FAILED' })
    await ana.sendAndHear(roomId, 'hush')
    client.joinRooms({ rooms: ['fence'] })
    await inbox.next('error', { message: 'fence is not a room' })
    expect(inbox.all('message:new')).toEqual([])
  })

  test.each(['service-token', 'null', 'undefined'])(
    'with the token %s gets a message, and is disconnected',
    async (token) => {
      const { client, inbox } = start(token)
      expect(await inbox.next('onUnauthenticated')).toEqual({ message: expect.stringMatching(/./) })
      await inbox.next('onDisconnected')
      expect(inbox.all('onAuthenticated')).toEqual([])
      expect(client.getState()).toBe('unauthorized')
    },
  )
})
