import { once } from 'node:events'
import type { SignedIn } from '@parley/protocol'
import { describe, expect, test } from 'vitest'
import type { Speaker } from '../dialects/speaker.ts'
import { stage } from '../dialects/stage.ts'

const on = stage()

let ids = 0
const newId = () => `019b0000-0000-7000-8000-${String(++ids).padStart(12, '0')}`

/** Connects a native device. */
const nativeOf = async (signedIn: SignedIn) => {
  const socket = await on.server().connect(signedIn)
  return {
    ...socket,
    user: signedIn.user,
    say: async (conversationId: string, text: string) =>
      (await socket.ask('message.send', { conversationId, id: newId(), body: { kind: 'plain', text } })).message,
  }
}

const deliveredSeq = async (asker: Awaited<ReturnType<typeof nativeOf>>, conversationId: string, userId: string) => {
  const { memberships } = await asker.ask('membership.list', { conversationId })
  return memberships.find((membership) => membership.userId === userId)?.deliveredSeq
}

/** Makes a room of Ana, who has a native device, and Bo, who is not connected. */
const roomOfTwo = async () => {
  const ana = await nativeOf(await on.signUp())
  const bo = await on.signUp()
  const room = { name: 'General', userIds: [bo.user.id] }
  const { summary } = await ana.ask('conversation.create', room)
  return { ana, bo, roomId: summary.conversation.id }
}

/** Sends 200 messages at a time: fast enough for thousands, and no more than a server handles at once. */
const sayAll = async (ana: Awaited<ReturnType<typeof nativeOf>>, roomId: string, texts: readonly string[]) => {
  for (let from = 0; from < texts.length; from += 200) {
    await Promise.all(texts.slice(from, from + 200).map((text) => ana.say(roomId, text)))
  }
}

const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, at) => String(from + at))

const said = ({ inbox }: Speaker) => inbox.all('message:new').map(({ content }) => content)

describe('a client that reconnects', () => {
  test('gets the missed messages once, in order, and then live ones', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    await sayAll(ana, roomId, upTo(40))
    const first = await on.arrive('000', bo)
    await first.inbox.next('message:new', { content: '39' })
    await ana.say(roomId, '40')
    await first.inbox.next('message:new', { content: '40' })
    await first.heardAll()
    expect(said(first)).toEqual(upTo(41))
    expect(first.inbox.all('message:new')[7]).toMatchObject({ roomId, senderId: ana.user.id, type: 'text' })
    await expect.poll(() => deliveredSeq(ana, roomId, bo.user.id)).toBe(41)
    first.socket.close()
    const again = await on.arrive('001', bo)
    await ana.say(roomId, 'last')
    await again.inbox.next('message:new', { content: 'last' })
    expect(said(again)).toEqual(['last'])
  })

  test('of document 001 gets missed messages after it was told that it is authenticated', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    await ana.say(roomId, 'while you were away')
    const back = await on.arrive('001', bo)
    await back.inbox.next('message:new', { content: 'while you were away' })
    const events = back.inbox.heard.map(({ event }) => event)
    expect(events.indexOf('authenticated')).toBeLessThan(events.indexOf('message:new'))
  })

  test('gets missed direct messages too, but neither its own nor deleted messages', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    const phone = await nativeOf(bo)
    const { summary } = await ana.ask('conversation.openDirect', { userId: bo.user.id })
    const direct = summary.conversation.id
    await phone.say(direct, 'mine')
    await phone.ask('message.send', { conversationId: roomId, id: newId(), body: { kind: 'plain', text: 'mine, too' } })
    phone.close()
    const { id } = await ana.say(direct, 'regretted')
    await ana.say(direct, 'Psst')
    const tablet = await nativeOf(bo)
    await tablet.say(direct, 'mine again')
    tablet.close()
    await ana.say(direct, 'Psst again')
    await ana.ask('message.delete', { messageId: id })
    await ana.say(roomId, 'Hello')
    const back = await on.arrive('000', bo)
    await back.inbox.next('message:new', { content: 'Hello' })
    await back.inbox.next('dm:new', { content: 'Psst again' })
    await back.inbox.next('dm:new', { content: 'Psst', senderId: ana.user.id, receiverId: bo.user.id })
    await back.heardAll()
    expect([...back.inbox.all('message:new'), ...back.inbox.all('dm:new')]).toHaveLength(3)
  })

  test('does not get messages that a native device of its user has received', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    await sayAll(ana, roomId, upTo(5))
    const phone = await nativeOf(bo)
    await phone.ask('receipt.delivered', { conversationId: roomId, seq: 3 })
    const back = await on.arrive('000', bo)
    await back.inbox.next('message:new', { content: '4' })
    await back.heardAll()
    expect(said(back)).toEqual(['3', '4'])
  })

  test('gets no messages from before its user joined a room, or of a room from which they were removed', async () => {
    const { ana, bo, roomId } = await roomOfTwo()
    await sayAll(ana, roomId, upTo(3))
    await ana.ask('membership.remove', { conversationId: roomId, userId: bo.user.id })
    const { summary } = await ana.ask('conversation.create', { name: 'Garden' })
    const garden = summary.conversation.id
    await ana.say(garden, 'before')
    await ana.ask('membership.add', { conversationId: garden, userIds: [bo.user.id] })
    await ana.say(garden, 'after')
    const back = await on.arrive('000', bo)
    await back.inbox.next('message:new', { content: 'after' })
    await back.heardAll()
    expect(said(back)).toEqual(['after'])
  })
})

test('of 5,000 missed messages, a client gets the latest 1,000, and the others are in the history', async () => {
  const { ana, bo, roomId } = await roomOfTwo()
  await sayAll(ana, roomId, upTo(5_000))
  const back = await on.arrive('000', bo)
  await back.inbox.next('message:new', { content: '4999' })
  await back.heardAll()
  expect(said(back)).toEqual(upTo(1_000, 4_000))
  const before = String(back.inbox.all('message:new')[0]?.id)
  const { body } = await back.rest.list(`/chat/rooms/${roomId}/messages?limit=2&before=${before}`)
  expect(body.map(({ content }) => content)).toEqual(['3999', '3998'])
  await expect.poll(() => deliveredSeq(ana, roomId, bo.user.id)).toBe(5_000)
})

test('a busy room keeps no newer message of another conversation away: the latest of all conversations come', async () => {
  const { ana, bo, roomId } = await roomOfTwo()
  const garden = (await ana.ask('conversation.create', { name: 'Garden', userIds: [bo.user.id] })).summary.conversation
  await ana.say(garden.id, 'long ago')
  await sayAll(ana, roomId, upTo(600))
  const { summary } = await ana.ask('conversation.openDirect', { userId: bo.user.id })
  await ana.say(summary.conversation.id, 'Psst')
  await sayAll(ana, roomId, upTo(500, 600))
  const back = await on.arrive('000', bo)
  await back.inbox.next('message:new', { content: '1099' })
  await back.inbox.next('dm:new', { content: 'Psst' })
  await back.heardAll()
  expect(said(back)).toEqual(upTo(999, 101))
  expect(back.inbox.all('dm:new')).toHaveLength(1)
  const { body } = await back.rest.list(`/chat/rooms/${garden.id}/messages`)
  expect(body).toMatchObject([{ content: 'long ago' }])
})

test('messages that are sent while a client gets missed ones come after those, each exactly once', async () => {
  const { ana, bo, roomId } = await roomOfTwo()
  await sayAll(ana, roomId, upTo(600))
  const arriving = on.arrive('000', bo)
  // One after the other, while the client gets what it missed.
  for (const text of upTo(200, 600)) await ana.say(roomId, text)
  const back = await arriving
  await back.inbox.next('message:new', { content: '799' })
  await back.heardAll()
  expect(said(back)).toEqual(upTo(800))
})

test('if the connection breaks meanwhile, the next one continues after the last message that was confirmed', async () => {
  const { ana, bo, roomId } = await roomOfTwo()
  await sayAll(ana, roomId, upTo(900))
  const first = await on.arrive('000', bo, { reconnection: false })
  await first.inbox.next('message:new', { content: '100' })
  first.socket.io.engine.close()
  await first.inbox.next('disconnect')
  const heard = said(first)
  expect(heard).toEqual(upTo(heard.length))
  const second = await on.arrive('000', bo)
  await second.inbox.next('message:new', { content: '899' })
  await second.heardAll()
  const rest = said(second)
  // No message is missing between the two connections, and within each, every message comes once.
  expect(Number(rest[0])).toBeLessThanOrEqual(heard.length)
  expect(rest).toEqual(upTo(900 - Number(rest[0]), Number(rest[0])))
})

test('two devices that connect at once each get every missed message once', async () => {
  const { ana, bo, roomId } = await roomOfTwo()
  await sayAll(ana, roomId, upTo(100))
  const devices = await Promise.all([on.arrive('000', bo), on.arrive('001', bo)])
  for (const device of devices) {
    await device.inbox.next('message:new', { content: '99' })
    await device.heardAll()
    expect(said(device)).toEqual(upTo(100))
  }
})

test('a user who is removed while they get missed messages gets no more of them after the removal', async () => {
  const { ana, bo, roomId } = await roomOfTwo()
  await sayAll(ana, roomId, upTo(1_000))
  const back = await on.arrive('000', bo)
  await back.inbox.next('message:new')
  await ana.ask('membership.remove', { conversationId: roomId, userId: bo.user.id })
  await ana.say(roomId, 'about Bo')
  await back.inbox.next('room:user-left', { roomId, userId: bo.user.id })
  await back.heardAll()
  const events = back.inbox.heard.map(({ event }) => event)
  expect(events.lastIndexOf('message:new')).toBeLessThan(events.indexOf('room:user-left'))
  expect(said(back)).not.toContain('about Bo')
})

test('a message counts as delivered once the client has it, not when the server has written it to the socket', async () => {
  const { ana, bo, roomId } = await roomOfTwo()
  const url = `${on.server().url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
  const socket = new WebSocket(url)
  const frames: string[] = []
  const waiting = new Set<() => void>()
  socket.addEventListener('message', ({ data }) => {
    frames.push(String(data))
    for (const look of waiting) look()
  })
  const next = (beginning: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        const at = frames.findIndex((frame) => frame.startsWith(beginning))
        if (at < 0) return
        frames.splice(0, at + 1)
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  await once(socket, 'open')
  await next('0{')
  socket.send(`40${JSON.stringify({ token: bo.accessToken })}`)
  await next('40')
  await ana.say(roomId, 'Are you there?')
  await next('42["message:new"')
  // The server's ping, to which this client replies late.
  await next('2')
  expect(await deliveredSeq(ana, roomId, bo.user.id)).toBe(0)
  expect(ana.all('receipt.updated')).toEqual([])
  socket.send('3')
  await ana.heard('receipt.updated', ({ receipts }) => receipts[0]?.deliveredSeq === 1)
  socket.close()
})
