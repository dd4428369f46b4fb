import { patience } from '@parley/server/testing/patience'
import { newId } from '@parley/server/testing/people'
import { stopClock } from '@parley/server/testing/stopped-clock'
import { io, type Socket } from 'socket.io-client'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { Inbox } from '../dialects/inbox.ts'
import { sample, translated } from '../dialects/sample-dialect.ts'
import { stage } from '../dialects/stage.ts'

const on = stage({ dialects: [sample] })

const open: Socket[] = []
afterEach(() => {
  for (const socket of open.splice(0)) socket.close()
})

/** Begins to connect a client of the sample vocabulary. */
function knock(auth: object) {
  const socket = io(on.server().url, { forceNew: true, reconnection: false, auth })
  const inbox = new Inbox()
  socket.onAny((event: string, payload: unknown) => inbox.hear(event, payload))
  socket.on('connect', () => inbox.hear('connect', {}))
  socket.on('disconnect', (reason) => inbox.hear('disconnect', { reason }))
  socket.on('connect_error', ({ message }) => inbox.hear('connect_error', { message }))
  const ask = (event: string, argument: unknown) => socket.timeout(patience.waitMs).emitWithAck(event, argument)
  open.push(socket)
  return { socket, inbox, ask }
}

const come = async (signedIn: Awaited<ReturnType<typeof on.signUp>>) => {
  const client = knock({ token: signedIn.accessToken })
  await client.inbox.next('connect')
  // Once it gets an answer, the client is admitted.
  await client.ask('stand', 'nowhere')
  return client
}

/** Signs up Ana, Bo and Cleo in one conversation. */
const three = async () => {
  const [ana, bo, cleo] = [await on.signUp(), await on.signUp(), await on.signUp()]
  const native = await on.server().connect(ana)
  const userIds = [bo.user.id, cleo.user.id]
  const { summary } = await native.ask('conversation.create', { name: 'General', userIds })
  return { ana, bo, cleo, native, id: summary.conversation.id }
}

describe('a message', () => {
  test('goes to all sockets but the one that sent it, which gets an answer', async () => {
    const { ana, bo, id } = await three()
    const [phone, laptop, other] = [await come(ana), await come(ana), await come(bo)]
    const answer = await phone.ask('say', { to: id, text: 'Hello' })
    expect(answer).toMatchObject({ success: true, said: { text: 'Hello' } })
    for (const { inbox } of [laptop, other]) expect(await inbox.next('said')).toEqual(answer.said)
    await phone.ask('stand', 'nowhere')
    expect(phone.inbox.all('said')).toEqual([])
    expect(phone.inbox.all('say')).toEqual([])
    await other.ask('say', { to: id, text: 'Good morning' })
    await phone.inbox.next('said', { text: 'Good morning' })
  })

  test('that was sent without an acknowledgement is answered by an event', async () => {
    const { ana, id } = await three()
    const phone = await come(ana)
    phone.socket.emit('say', { to: id, text: 'Hello' })
    expect(await phone.inbox.next('say')).toMatchObject({ text: 'Hello' })
  })

  test('that fails is answered in the vocabulary, by acknowledgement and by event', async () => {
    const phone = await come(await on.signUp())
    expect(await phone.ask('say', { to: 'nowhere', text: 'Hello' })).toEqual({ success: false, why: 'not_found' })
    await phone.inbox.next('failed', { code: 'not_found' })
    expect(await phone.ask('say', { author: 'nobody' })).toEqual({ success: false, why: 'forbidden' })
  })

  test('is not translated if its conversation has no foreign client', async () => {
    const { ana, bo, native, id } = await three()
    const { summary } = await native.ask('conversation.create', { name: 'Unheard' })
    const unheard = summary.conversation.id
    await come(bo)
    const body = { kind: 'plain', text: 'Hello' } as const
    const send = (conversationId: string, last: number) =>
      native.ask('message.send', { conversationId, id: `019c0000-0000-7000-8000-00000000000${last}`, body })
    await send(unheard, 1)
    await send(id, 2)
    expect(ana.user.id).not.toBe(bo.user.id)
    await native.settled()
    // A message may be translated twice, for a client that is still getting what it missed.
    expect(translated).toContain(id)
    expect(translated).not.toContain(unheard)
  })
})

test('events that are planned together are answered, even if the vocabulary has no answer to one of them', async () => {
  const { ana, id } = await three()
  const phone = await come(ana)
  // The others wait for this one, so that they are planned together.
  phone.socket.emit('say', { to: id, text: 'Count' })
  phone.socket.emit('count', 'unspeakable')
  const answers = await Promise.all([1, 'a word', 2].map((argument) => phone.ask('count', argument)))
  expect(answers).toEqual([{ counted: 1 }, { ok: false, error: { why: 'a word' } }, { counted: 2 }])
})

describe('a status', () => {
  test('goes to the sender of the message only, once, when the message was delivered or read', async () => {
    const { ana, bo, cleo, id } = await three()
    const sender = await come(ana)
    const { said } = await sender.ask('say', { to: id, text: 'Hello' })
    // No receiver is connected yet.
    await sender.ask('stand', 'nowhere')
    expect(sender.inbox.all('status')).toEqual([])

    const receiver = await come(bo)
    await receiver.inbox.next('said', { id: said.id })
    const delivered = await sender.inbox.next('status', { id: said.id, status: 'delivered' })
    expect(delivered).toEqual({ id: said.id, status: 'delivered', by: bo.user.id, at: expect.any(Number) })

    const reader = await on.server().connect(cleo)
    await reader.ask('receipt.read', { conversationId: id, seq: 1 })
    await sender.inbox.next('status', { id: said.id, status: 'delivered', by: cleo.user.id })
    await sender.inbox.next('status', { id: said.id, status: 'read', by: cleo.user.id })
    await reader.ask('receipt.read', { conversationId: id, seq: 1 })
    await on.server().connect(ana)
    expect(sender.inbox.all('status')).toHaveLength(3)
    expect(receiver.inbox.all('status')).toEqual([])
  })

  test('is sent for each message that a receipt passes, and for no other', async () => {
    const { ana, bo, native, id } = await three()
    const sender = await come(ana)
    const sent: string[] = []
    for (const text of ['one', 'two', 'three']) sent.push((await sender.ask('say', { to: id, text })).said.id)
    const reader = await on.server().connect(bo)
    await reader.ask('receipt.read', { conversationId: id, seq: 2 })
    await sender.inbox.next('status', { id: sent[1], status: 'read' })
    await native.settled()
    const told = sender.inbox.all('status').map(({ id, status }) => [id, status])
    expect(told).toEqual([
      [sent[0], 'delivered'],
      [sent[1], 'delivered'],
      [sent[0], 'read'],
      [sent[1], 'read'],
    ])
  })
})

test('a status is sent once for each message that a receipt passed, and not to a sender who has left', async () => {
  const { ana, bo, cleo, native, id } = await three()
  const [sender, other] = [await come(cleo), await come(ana)]
  const sent: string[] = []
  for (const text of ['one', 'two']) sent.push((await sender.ask('say', { to: id, text })).said.id)
  const reader = await on.server().connect(bo)
  for (const seq of [1, 2]) {
    await reader.ask('receipt.read', { conversationId: id, seq })
    await sender.inbox.next('status', { id: sent[seq - 1], status: 'read', by: bo.user.id })
  }
  const read = sender.inbox.all('status').filter(({ status, by }) => status === 'read' && by === bo.user.id)
  expect(read.map(({ id }) => id)).toEqual(sent)

  const { said } = await sender.ask('say', { to: id, text: 'and goodbye' })
  const before = await other.ask('say', { to: id, text: 'goodbye' })
  const leaving = await on.server().connect(cleo)
  await leaving.ask('membership.leave', { conversationId: id })
  await reader.ask('receipt.read', { conversationId: id, seq: 4 })
  await other.inbox.next('status', { id: before.said.id, status: 'read' })
  await native.settled()
  await sender.ask('stand', 'nowhere')
  expect(sender.inbox.all('status').filter(({ id, status }) => id === said.id && status === 'read')).toEqual([])
})

test('a decided offer is a change of its message, which members get once, and other users do not', async () => {
  const { ana, bo, native, id } = await three()
  const [listener, stranger, other] = [await come(ana), await come(await on.signUp()), await on.server().connect(bo)]
  const offer = async (person: typeof native, answers?: string) => {
    const terms = { amount: 5, currency: 'EUR', ...(answers ? { answers } : {}) }
    const body = { kind: 'plain', text: '', offer: terms } as const
    return (await person.ask('message.send', { conversationId: id, id: newId(), body })).message.id
  }
  const countered = await offer(native)
  const counter = await offer(other, countered)
  await listener.inbox.next('changed', { id: countered, offer: 'countered' })
  await other.ask('offer.decide', { messageId: counter, decision: 'withdraw' })
  await listener.inbox.next('changed', { id: counter, offer: 'withdrawn' })
  for (const client of [listener, stranger]) await client.ask('stand', 'nowhere')
  expect([listener, stranger].map(({ inbox }) => inbox.all('changed').length)).toEqual([2, 0])
})

test('events for joined clients reach only those, and a client that left gets nothing until it joins again', async () => {
  const { ana, bo, cleo, native, id } = await three()
  const [joined, silent] = [await come(bo), await come(cleo)]
  expect(await joined.ask('sit', id)).toBe('sat')
  await native.ask('typing.set', { conversationId: id, isTyping: true })
  await joined.inbox.next('writes', { userId: ana.user.id, name: ana.user.username, isTyping: true })
  await silent.ask('stand', 'nowhere')
  expect(silent.inbox.all('writes')).toEqual([])

  await joined.ask('stand', id)
  const other = await come(ana)
  await other.ask('say', { to: id, text: 'unheard' })
  await silent.inbox.next('said', { text: 'unheard' })
  await joined.ask('sit', id)
  await other.ask('say', { to: id, text: 'heard again' })
  await joined.inbox.next('said', { text: 'heard again' })
  expect(joined.inbox.all('said').map(({ text }) => text)).toEqual(['heard again'])
})

test('a client cannot join a conversation of which its user is no member, and gets no events of it', async () => {
  const { native, id } = await three()
  const stranger = await come(await on.signUp())
  expect(await stranger.ask('sit', id)).toMatchObject({ ok: false })
  await native.ask('typing.set', { conversationId: id, isTyping: true })
  await native.settled()
  await stranger.ask('stand', 'nowhere')
  expect(stranger.inbox.all('writes')).toEqual([])
})

describe('a client that connects without a token', () => {
  test('can send it later; requests before that are ignored', async () => {
    const { bo, native, id } = await three()
    const client = knock({})
    await client.inbox.next('connect')
    client.socket.emit('say', { to: id, text: 'too early' })
    client.socket.emit('authenticate', { token: bo.accessToken })
    expect(await client.inbox.next('authenticated')).toEqual({ userId: bo.user.id, success: true })
    expect(await client.ask('say', { to: id, text: 'now' })).toMatchObject({ success: true })
    await native.settled()
    expect(native.all('message.created')).toHaveLength(1)
  })

  test.each([[{ token: 'your-jwt-token' }], [null], [{ token: { $ne: null } }], [undefined]])(
    'is disconnected if it sends %j',
    async (argument) => {
      const client = knock({})
      await client.inbox.next('connect')
      client.socket.emit('authenticate', argument)
      await client.inbox.next('failed', { code: 'AUTH_ERROR' })
      await client.inbox.next('disconnect')
    },
  )

  test('has ten seconds to send one', async () => {
    const clock = stopClock()
    onTestFinished(clock.release)
    const client = knock({})
    await client.inbox.next('connect')
    const { promise: gone, resolve } = Promise.withResolvers<void>()
    client.socket.on('disconnect', () => resolve())
    await clock.pass(9_999)
    expect(client.socket.connected).toBe(true)
    await clock.pass(1)
    await gone
  })
})

test('a client with an invalid token at the handshake is refused', async () => {
  const client = knock({ token: 'your-jwt-token' })
  expect(await client.inbox.next('connect_error')).toEqual({ message: 'Invalid token' })
})

test('a client that sent a token at the handshake can send it again, but not a token of another user', async () => {
  const [ana, bo] = [await on.signUp(), await on.signUp()]
  const client = await come(ana)
  client.socket.emit('authenticate', { token: ana.accessToken })
  expect(await client.inbox.next('authenticated')).toEqual({ userId: ana.user.id, success: true })
  client.socket.emit('authenticate', { token: bo.accessToken })
  await client.inbox.next('failed', { code: 'AUTH_ERROR' })
  await client.inbox.next('disconnect')
})
