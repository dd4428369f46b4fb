import { expect, test } from 'vitest'
import type { Chat } from '../chat.ts'
import { chatOf, connectedChat, held, idOf, seen, testServer, wireTo } from '../testing/test-chat.ts'

/** Two people in a direct conversation with one message, which both have loaded. */
async function talk() {
  const server = await testServer()
  const [ana, signedIn] = [await connectedChat(server, 'ana'), await server.register('bob')]
  const wire = await wireTo(server)
  const [bob, phone] = [chatOf(wire.url, signedIn), chatOf(server.url, signedIn)]
  await Promise.all([bob.connect(), phone.connect()])
  const { id } = await ana.conversations.openDirect({ userId: signedIn.user.id })
  const message = await ana.messages.send(id, 'hello').settled
  for (const chat of [ana, bob, phone]) {
    await seen(chat, 'the message', ({ conversations }) => conversations[id]?.lastSeq === 1)
    await chat.messages.loadLatest(id)
  }
  return { server, wire, ana, bob, phone, id, messageId: message?.id ?? '' }
}

const shown = (chat: Chat, id: string, messageId: string) =>
  (held(chat, id).reactions[messageId]?.shown ?? []).map(({ emoji, count, own }) => [emoji, count, own])

const shows = (chat: Chat, id: string, messageId: string, wanted: unknown[]) =>
  seen(chat, JSON.stringify(wanted), () => JSON.stringify(shown(chat, id, messageId)) === JSON.stringify(wanted))

test('a reaction is shown at once, and on every device with who it is from', async () => {
  const { ana, bob, phone, id, messageId } = await talk()
  const adding = bob.reactions.add(id, messageId, '❤')
  expect(shown(bob, id, messageId)).toEqual([['❤️', 1, true]])
  await adding
  await shows(ana, id, messageId, [['❤️', 1, false]])
  await shows(phone, id, messageId, [['❤️', 1, true]])
  await ana.reactions.add(id, messageId, '❤️')
  for (const chat of [ana, bob, phone]) await shows(chat, id, messageId, [['❤️', 2, true]])
  const { reactions, users } = await ana.reactions.list(messageId, '❤️')
  expect(reactions.map(({ userId }) => userId)).toEqual([idOf(bob), idOf(ana)])
  expect(users).toHaveLength(2)
  await phone.reactions.remove(id, messageId, '❤️')
  await shows(bob, id, messageId, [['❤️', 1, false]])
})

test('what the server refuses is taken back, and what is no emoji is not even asked for', async () => {
  const { ana, bob, id, messageId } = await talk()
  for (let i = 0; i < 20; i++) await ana.reactions.add(id, messageId, `:e${i}:`)
  await shows(
    bob,
    id,
    messageId,
    Array.from({ length: 20 }, (_, i) => [`:e${i}:`, 1, false]),
  )
  const refused = bob.reactions.add(id, messageId, '🎉')
  expect(shown(bob, id, messageId)).toHaveLength(21)
  await expect(refused).rejects.toMatchObject({ code: 'limit_reached' })
  expect(shown(bob, id, messageId)).toHaveLength(20)
  const invalid = bob.reactions.add(id, messageId, 'thumbs up')
  expect(shown(bob, id, messageId)).toHaveLength(20)
  await expect(invalid).rejects.toMatchObject({ code: 'invalid_input' })
})

test('the last of several wishes is shown, also while the server answers the earlier ones', async () => {
  const { ana, bob, id, messageId } = await talk()
  const all = [bob.reactions.add, bob.reactions.remove, bob.reactions.add].map((set) => set(id, messageId, '👍'))
  expect(shown(bob, id, messageId)).toEqual([['👍', 1, true]])
  const seenOwn: unknown[] = []
  bob.store.subscribe(() => seenOwn.push(shown(bob, id, messageId)))
  await Promise.all(all)
  expect(seenOwn.every((one) => JSON.stringify(one) === '[["👍",1,true]]')).toBe(true)
  await shows(ana, id, messageId, [['👍', 1, false]])
})

test('reactions that came meanwhile are there after a reconnect, one’s own from another device too', async () => {
  const { wire, ana, bob, phone, id, messageId } = await talk()
  await bob.reactions.add(id, messageId, '👍')
  wire.down()
  await seen(bob, 'being offline', ({ status }) => status === 'offline')
  await phone.reactions.remove(id, messageId, '👍')
  await phone.reactions.add(id, messageId, '🎉')
  await ana.reactions.add(id, messageId, '👍')
  wire.up()
  await shows(bob, id, messageId, [
    ['🎉', 1, true],
    ['👍', 1, false],
  ])
})

test('a deleted message has none, and rows that did not change keep their identity', async () => {
  const { ana, bob, id, messageId } = await talk()
  await ana.messages.send(id, 'another').settled
  await bob.reactions.add(id, messageId, '👍')
  await shows(ana, id, messageId, [['👍', 1, false]])
  const before = held(ana, id).reactions[messageId]?.shown
  const other = await seen(ana, 'the other message', ({ conversations }) => conversations[id]?.messages[1])
  await bob.reactions.add(id, other.id, '🎉')
  await shows(ana, id, other.id, [['🎉', 1, false]])
  expect(held(ana, id).reactions[messageId]?.shown).toBe(before)
  await ana.messages.delete(messageId)
  await seen(bob, 'the deletion', ({ conversations }) => typeof conversations[id]?.messages[0]?.deletedAt === 'number')
  expect(held(bob, id).reactions).not.toHaveProperty([messageId])
})
