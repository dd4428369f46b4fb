import { patience } from '@parley/server/testing/patience'
import { type StoppedClock, stopClock } from '@parley/server/testing/stopped-clock'
import { io } from 'socket.io-client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dialects } from '../../packages/server/src/dialects/dialects.ts'
import { malformedInsteadOf } from '../../packages/server/src/testing/malformed-packets.ts'
import { Inbox } from './inbox.ts'
import type { Speaker } from './speaker.ts'
import { stage } from './stage.ts'

const on = stage()

const knock = (options: Parameters<typeof io>[1]) => {
  const socket = io(on.server().url, { forceNew: true, reconnection: false, ...options })
  const inbox = new Inbox()
  socket.onAny((event: string, payload: unknown) => inbox.hear(event, payload))
  for (const event of ['connect', 'disconnect'] as const)
    socket.on(event, (reason?: string) => inbox.hear(event, reason))
  socket.on('connect_error', ({ message }) => inbox.hear('connect_error', { message }))
  return { socket, inbox, [Symbol.dispose]: () => void socket.close() }
}

/** The client is disconnected after exactly 10 seconds; `other` is a client that shows that the server works. */
async function expectEnd({ socket }: ReturnType<typeof knock>, other: Speaker, clock: StoppedClock) {
  const { promise: gone, resolve } = Promise.withResolvers<void>()
  socket.on('disconnect', () => resolve())
  await other.heardAll()
  await clock.pass(9_999)
  await other.heardAll()
  expect(socket.connected).toBe(true)
  await clock.pass(1)
  await gone
}

describe('document 000: a token at the handshake', () => {
  test.each(['websocket', 'polling'])('a token in auth.token works over %s', async (transport) => {
    const { accessToken } = await on.signUp()
    using client = knock({ auth: { token: accessToken }, transports: [transport] })
    await client.inbox.next('connect')
  })

  test('a token in the Authorization header works', async () => {
    const { accessToken } = await on.signUp()
    using client = knock({ extraHeaders: { Authorization: `Bearer ${accessToken}` } })
    await client.inbox.next('connect')
  })

  test('no token is accepted only if the client authenticates later, as in another document', async () => {
    using client = knock({})
    await client.inbox.next('connect')
    client.socket.emit('room:join', 'any')
    client.socket.emit('authenticate', { token: 'your-jwt-token' })
    await client.inbox.next('error', { code: 'AUTH_ERROR' })
    await client.inbox.next('disconnect')
    expect(client.inbox.all('error')).toHaveLength(1)
  })

  test.each([
    ['an empty token', { token: '' }, 'Authentication required'],
    ['a made-up token', { token: 'your-jwt-token' }, 'Invalid token'],
    ['a token of another kind', { token: { id: 1 } }, 'Authentication required'],
    ['a token with alg none', { token: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.' }, 'Invalid token'],
  ])('%s is refused', async (_, auth, message) => {
    using client = knock({ auth })
    expect(await client.inbox.next('connect_error')).toEqual({ message })
    expect(client.inbox.all('connect')).toEqual([])
  })
})

describe('document 001: connect, authenticate, authenticated', () => {
  const authenticated = { id: expect.any(String), time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) }

  test.each(['websocket', 'polling'])('the token in the header works over %s', async (transport) => {
    const { accessToken } = await on.signUp()
    using client = knock({
      path: '/io',
      transports: [transport],
      extraHeaders: { Authorization: `Bearer ${accessToken}` },
    })
    await client.inbox.next('connect')
    client.socket.emit('authenticate')
    expect(await client.inbox.next('authenticated')).toEqual({ ...authenticated, id: client.socket.id })
    expect(await client.inbox.next('ping')).toEqual({ time: authenticated.time })
  })

  test('the token in auth works, as browsers need it', async () => {
    const { accessToken } = await on.signUp()
    using client = knock({ path: '/io', auth: { token: accessToken } })
    await client.inbox.next('connect')
    client.socket.emit('authenticate')
    await client.inbox.next('authenticated')
  })

  test('the token in the event works', async () => {
    const { accessToken } = await on.signUp()
    using client = knock({ path: '/io' })
    await client.inbox.next('connect')
    client.socket.emit('authenticate', { token: accessToken })
    await client.inbox.next('authenticated')
  })

  test.each([{ token: '' }, { token: 'Bearer ' }, {}])('%j in the event leaves that of auth', async (argument) => {
    const { accessToken } = await on.signUp()
    using client = knock({ path: '/io', auth: { token: accessToken } })
    await client.inbox.next('connect')
    const { promise: answer, resolve } = Promise.withResolvers<string>()
    for (const event of ['authenticated', 'unauthenticated']) client.socket.once(event, () => resolve(event))
    client.socket.emit('authenticate', argument)
    expect(await answer).toBe('authenticated')
  })

  test.each([
    ['nothing', undefined, undefined],
    ['a made-up token in the header', 'Bearer service-token', undefined],
    ['a made-up token in the event', undefined, { token: 'your-jwt-token' }],
    ['a token of another kind', undefined, { token: { $ne: null } }],
    ['null', undefined, null],
  ])('hole 21: with %s → unauthenticated { message }, and the connection ends', async (_, header, argument) => {
    using client = knock({ path: '/io', extraHeaders: header === undefined ? {} : { Authorization: header } })
    await client.inbox.next('connect')
    client.socket.emit('authenticate', argument)
    expect(await client.inbox.next('unauthenticated')).toMatchObject({ message: expect.stringMatching(/./) })
    await client.inbox.next('disconnect')
    expect(client.inbox.all('authenticated')).toEqual([])
  })

  test('before authentication the server ignores events and sends none', async () => {
    const ana = await on.speak('000')
    const roomId = await ana.createRoom('General')
    const signedIn = await on.signUp()
    using client = knock({ path: '/io', extraHeaders: { Authorization: `Bearer ${signedIn.accessToken}` } })
    await client.inbox.next('connect')
    client.socket.emit('room:join', { roomId, userId: signedIn.user.id })
    client.socket.emit('message:send', { roomId, content: 'too early', userId: signedIn.user.id })
    client.socket.emit('authenticate')
    await client.inbox.next('authenticated')
    await ana.sendAndHear(roomId, 'alone')
    expect(ana.inbox.all('message:new')).toHaveLength(1)
    expect(ana.inbox.all('room:user-joined').filter(({ userId }) => userId === signedIn.user.id)).toEqual([])
    expect(client.inbox.all('message:new')).toEqual([])
  })

  test('a second authenticate changes nothing', async () => {
    const bo = await on.speak('001')
    const roomId = await bo.createRoom('General')
    bo.socket.emit('authenticate')
    bo.socket.emit('authenticate')
    await bo.sendAndHear(roomId, 'once')
    await bo.heardAll()
    expect(bo.inbox.all('message:new')).toHaveLength(1)
    expect(bo.socket.connected).toBe(true)
  })

  test('a client that has not authenticated after 10 seconds is disconnected', async () => {
    const clock = stopClock()
    onTestFinished(clock.release)
    const ana = await on.speak('001')
    using client = knock({ path: '/io' })
    await client.inbox.next('connect')
    await expectEnd(client, ana, clock)
    expect(client.inbox.all('authenticated')).toEqual([])
  })
})

describe.each(dialects.flatMap(({ name, entrance }) => (entrance ? [{ name, entrance }] : [])))(
  'a client of $name that connects without a token',
  ({ entrance: { path, refused } }) => {
    const events = refused('token', '').map(({ event }) => event)
    /** What has not authenticated may send small packets only. */
    const isSmall = (argument: unknown) => (JSON.stringify(argument) ?? '').length < 4_000

    test('is refused with any malformed argument of authenticate, and disconnected', async () => {
      const ana = await on.speak('000')
      for (const [what, argument] of malformedInsteadOf({ token: 'your-jwt-token' })) {
        using client = knock({ path })
        await client.inbox.next('connect')
        client.socket.emit('authenticate', argument)
        await client.inbox.next('disconnect')
        expect([what, client.inbox.all('authenticated')]).toEqual([what, []])
        for (const event of isSmall(argument) ? events : []) {
          expect([what, event, client.inbox.all(event)]).toEqual([what, event, [expect.anything()]])
        }
      }
      await ana.heardAll()
    })

    test('gets the answer as an acknowledgement, too, if it wants one', async () => {
      const { accessToken } = await on.signUp()
      for (const [token, event] of [
        [accessToken, 'authenticated'],
        ['your-jwt-token', events[0] ?? ''],
      ] as const) {
        using client = knock({ path })
        await client.inbox.next('connect')
        const answer = await client.socket.timeout(patience.waitMs).emitWithAck('authenticate', { token })
        expect(answer).toEqual(await client.inbox.next(event))
      }
    })
  },
)

describe('document 003: before authenticate', () => {
  test('its events are ignored, it hears nothing, and after 10 seconds it is disconnected', async () => {
    const clock = stopClock()
    onTestFinished(clock.release)
    const [ana, bo] = [await on.speak('000'), await on.signUp()]
    const conversationId = [ana.id, bo.user.id].sort().join('_')
    using client = knock({})
    await client.inbox.next('connect')
    const content = { text: 'too early' }
    client.socket.emit('send_message', { conversationId, receiverId: ana.id, messageType: 'text', content })
    client.socket.emit('typing_start', { conversationId })
    client.socket.emit('get_conversations')
    ana.sendDirectMessage(bo.user.id, 'Hello')
    await ana.inbox.next('dm:new')
    await expectEnd(client, ana, clock)
    const heard = ['new_message', 'get_conversations', 'authenticated', 'error'].flatMap((name) =>
      client.inbox.all(name),
    )
    expect(heard).toEqual([])
    expect(ana.inbox.all('dm:new')).toHaveLength(1)
  })
})

describe('without a vocabulary whose clients authenticate later', () => {
  const only = stage({ dialects: ['rooms'] })

  test('a client of document 000 without a token is refused', async () => {
    const socket = io(only.server().url, { forceNew: true, reconnection: false })
    const { message } = await new Promise<Error>((resolve) => socket.once('connect_error', resolve))
    expect(message).toBe('Authentication required')
    socket.close()
  })
})
