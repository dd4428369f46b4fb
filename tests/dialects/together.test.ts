import { describe, expect, test } from 'vitest'
import type { Speaker } from './speaker.ts'
import { stage } from './stage.ts'

const on = stage()

const idOf = (count: number) => `019a0000-0000-7000-8000-${String(count).padStart(12, '0')}`

/** Somebody at our own client, seen from the wire. */
const goNative = async () => {
  const signedIn = await on.signUp()
  return { ...(await on.server().connect(signedIn)), user: signedIn.user }
}

const plain = (text: string) => ({ kind: 'plain', text }) as const

describe('a native, a 000 and a 001 client in one conversation', () => {
  test('each sees every message exactly once, in their own words and in one order', async () => {
    const native = await goNative()
    const [ana, bo] = await Promise.all([on.speak('000'), on.speak('001', { transports: ['polling'] })])
    const roomId = await ana.createRoom('General')
    await bo.enterRoom(roomId)
    await native.ask('membership.join', { conversationId: roomId })
    await Promise.all([ana, bo].map(({ inbox }) => inbox.next('room:user-joined', { userId: native.user.id })))

    const foreignWords: string[] = []
    native.socket.onAny((event: string) => {
      if (event.includes(':')) foreignWords.push(event)
    })
    const rounds = 10
    for (let round = 0; round < rounds; round += 1) {
      ana.sendMessage(roomId, `000 says ${round}`)
      bo.sendMessage(roomId, `001 says ${round}`)
      const body = plain(`native says ${round}`)
      await native.ask('message.send', { conversationId: roomId, id: idOf(round), body })
    }

    const wanted = Array.from({ length: rounds }, (_, round) => [
      `000 says ${round}`,
      `001 says ${round}`,
      `native says ${round}`,
    ])
    const everything = wanted.flat().sort()
    const heardBy = async (speaker: Speaker) => {
      await Promise.all(everything.map((content) => speaker.inbox.next('message:new', { content })))
      await speaker.heardAll()
      return speaker.inbox.all('message:new')
    }
    const heard = await Promise.all([ana, bo].map(heardBy))
    await expect.poll(() => native.all('message.created')).toHaveLength(everything.length)
    const natively = native.all('message.created').flatMap(({ messages }) => messages ?? [])
    expect(natively.map(({ body }) => (body?.kind === 'plain' ? body.text : '')).sort()).toEqual(everything)
    expect(natively.map(({ seq }) => seq)).toEqual(everything.map((_, index) => index + 1))
    for (const messages of heard) expect(messages.map(({ id }) => id)).toEqual(natively.map(({ id }) => id))

    expect(foreignWords).toEqual([])
    for (const { inbox } of [ana, bo]) expect(inbox.heard.map(({ event }) => event)).not.toContain('message.created')
  })

  test('edits, deletions, typing and departures cross over both ways', async () => {
    const native = await goNative()
    const [ana, bo] = await Promise.all([on.speak('000'), on.speak('001')])
    const roomId = await ana.createRoom('General')
    await bo.enterRoom(roomId)
    await native.ask('membership.join', { conversationId: roomId })
    const id = idOf(1_000)
    await native.ask('message.send', { conversationId: roomId, id, body: plain('Helo') })
    await native.ask('message.edit', { messageId: id, body: plain('Hello') })
    await native.ask('typing.set', { conversationId: roomId, isTyping: true })
    await native.ask('message.delete', { messageId: id })
    await native.ask('membership.leave', { conversationId: roomId })
    for (const { inbox } of [ana, bo]) {
      await inbox.next('message:new', { id, content: 'Helo', senderId: native.user.id })
      await inbox.next('message:edited', { id, content: 'Hello' })
      await inbox.next('typing:update', { roomId, userId: native.user.id, isTyping: true })
      await inbox.next('message:deleted', { messageId: id, roomId })
      await inbox.next('room:user-left', { roomId, userId: native.user.id })
    }
    await native.ask('membership.join', { conversationId: roomId })
    bo.startTyping(roomId)
    await native.heard('typing.updated', ({ userId, isTyping }) => userId === bo.id && isTyping)
    const messageId = await bo.sendAndHear(roomId, 'from 001')
    bo.deleteMessage(messageId)
    await native.heard('message.deleted', ({ messages }) => messages?.[0]?.id === messageId)
    bo.leaveRoom(roomId)
    await native.heard('membership.left', ({ memberships }) => memberships?.[0]?.userId === bo.id)
  })

  test('a direct message from a native client is a dm:new, and its answer arrives natively', async () => {
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
})
