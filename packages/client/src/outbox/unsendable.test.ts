import type { Body } from '@parley/protocol'
import { clientLimits } from '@parley/protocol/limits'
import type { TestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import type { Chat } from '../chat.ts'
import type { SendableType, SentMessage } from '../messages/pending-message.ts'
import { chatOf, connectedChat, held, idOf, seen, testServer, texts, wireTo } from '../testing/test-chat.ts'
import { memoryOutbox } from './outbox-storage.ts'

const large = 'x'.repeat(300_000)
const refused = { code: 'invalid_input', message: expect.stringMatching(/^[A-Z].+\.$/), final: true }

async function roomOf(server: TestServer, username = 'ana') {
  const chat = await connectedChat(server, username)
  const statuses: string[] = []
  chat.on('status.changed', ({ status }) => statuses.push(status))
  const { id: conversationId } = await chat.conversations.create({ name: 'Kitchen' })
  await chat.messages.loadLatest(conversationId)
  return { chat, conversationId, statuses }
}

/** It failed here, the next one arrives, and the connection never broke. */
async function expectAside(chat: Chat, conversationId: string, bad: SentMessage): Promise<void> {
  const good = chat.messages.send(conversationId, 'behind it')
  expect(bad.status).toBe('failed')
  await expect(bad.settled).rejects.toMatchObject(refused)
  expect(await good.settled).toMatchObject({ body: { text: 'behind it' } })
  await bad.retry()
  expect(bad.status).toBe('failed')
  await expect(bad.settled).rejects.toMatchObject(refused)
  expect(await bad.cancel()).toBe(true)
  expect(bad.status).toBe('cancelled')
}

test.each<[string, string | Body]>([
  ['300 kB', large],
  ['one character too many', 'x'.repeat(clientLimits.text + 1)],
  ['one wide character too many', '\u{1F600}'.repeat(clientLimits.text + 1)],
  ['nothing', ''],
  ['blanks', ' \n\t'],
  ['a NUL', 'a\u0000b'],
  ['half a character', 'a\ud83d'],
  ['a cipher too long', { kind: 'sealed', ciphertext: 'A'.repeat(300_000) }],
  ['an empty cipher', { kind: 'sealed', ciphertext: '' }],
  ['half a character in a cipher', { kind: 'sealed', ciphertext: 'a\ud83d' }],
  ['a NUL in a cipher', { kind: 'sealed', ciphertext: 'a\u0000b' }],
  ['a field too many', { kind: 'plain', text: 'Hello', more: large } as Body],
  ['what is no JSON', { kind: 'plain', text: 'Hello', more: 1n } as unknown as Body],
  ['no body', {} as Body],
])('D2: a message of %s is refused before it is queued, and nothing behind it waits', async (_, content) => {
  const server = await testServer()
  const { chat, conversationId, statuses } = await roomOf(server)
  await expectAside(chat, conversationId, chat.messages.send(conversationId, content))
  expect(texts(held(chat, conversationId))).toEqual(['behind it'])
  expect(held(chat, conversationId).pending).toEqual([])
  expect(statuses).toEqual([])
})

test('D2: so is one to what is no conversation, or of a type that does not exist', async () => {
  const server = await testServer()
  const { chat, conversationId, statuses } = await roomOf(server)
  await expectAside(chat, conversationId, chat.messages.send(large, 'Hello'))
  await expectAside(chat, conversationId, chat.messages.send('no id', 'Hello'))
  const type = large as SendableType
  await expectAside(chat, conversationId, chat.messages.send(conversationId, 'Hello', { type }))
  expect(statuses).toEqual([])
})

test('D2: the longest message that is allowed is sent', async () => {
  const server = await testServer()
  const { chat, conversationId } = await roomOf(server)
  const longest: (string | Body)[] = [
    '\u{1F600}'.repeat(clientLimits.text),
    '\u0001'.repeat(clientLimits.text),
    { kind: 'sealed', ciphertext: '\u0001'.repeat(clientLimits.textBytes * 2) },
  ]
  for (const content of longest) {
    const { body } = await chat.messages.send(conversationId, content).settled
    expect(body).toEqual(typeof content === 'string' ? { kind: 'plain', text: content } : content)
  }
})

test('D2: what an older version left unsent fails when it is opened, and what is behind it is sent', async () => {
  const server = await testServer()
  const signedIn = await server.register('ana')
  const storage = memoryOutbox()
  const before = chatOf(server.url, signedIn, { storage })
  await before.connect()
  const { id: conversationId } = await before.conversations.create({ name: 'Kitchen' })
  const api = `${server.url}/api/v1`
  const stored = await storage.open(`${api} ${idOf(before)}`)
  const entry = (id: string, text: string) => ({
    id: `01970000-0000-7000-8000-00000000000${id}`,
    conversationId,
    type: 'text' as const,
    body: { kind: 'plain' as const, text },
    createdAt: 0,
  })
  await before.close()
  await stored.add({ ...entry('1', large), mayBeSent: true })
  await stored.add(entry('2', 'behind it'))

  const after = chatOf(server.url, signedIn, { storage })
  await after.connect()
  const arrived = await seen(
    after,
    'the one behind it',
    (state) => state.conversations[conversationId]?.lastMessage ?? undefined,
  )
  expect(arrived.body).toMatchObject({ text: 'behind it' })
  const [row] = held(after, conversationId).pending
  expect(row).toMatchObject({ id: entry('1', '').id, status: 'failed', error: refused })
  expect(await after.messages.cancel(entry('1', '').id)).toBe(true)
  expect(held(after, conversationId).pending).toEqual([])
  await expect.poll(() => stored.load()).toEqual([])
})

test('D2: no other call breaks the connection either: it is refused with a sentence', async () => {
  const server = await testServer()
  const { chat, conversationId, statuses } = await roomOf(server)
  const { id } = await chat.messages.send(conversationId, 'Hello').settled
  const calls: Promise<unknown>[] = [
    chat.messages.edit(id, large),
    chat.messages.edit(id, ' '),
    chat.call('message.edit', { messageId: id, body: { kind: 'plain', text: large } }),
    chat.call('conversation.update', { conversationId, name: large }),
    chat.call('conversation.update', { conversationId, topic: '\u{1F600}'.repeat(70_000) }),
    chat.call('user.search', { query: large }),
    chat.call('receipt.read', { conversationId: large, seq: 1 }),
    chat.call('user.search', { query: 'x', limit: 1n as unknown as number }),
    chat.users.update({ avatarUrl: `https://example.org/${large}` }),
    chat.presence.set(large as 'away'),
  ]
  for (const call of calls) await expect(call).rejects.toMatchObject(refused)
  expect((await chat.call('user.me', {})).user.id).toBe(idOf(chat))
  expect(statuses).toEqual([])
})

test('D2: a place that is no number, or a person who is no id, keeps nothing else from being reported', async () => {
  const server = await testServer()
  const { chat: bo, conversationId } = await roomOf(server, 'bo')
  const ana = await connectedChat(server, 'ana')
  await bo.memberships.add(conversationId, [idOf(ana)])
  await bo.messages.send(conversationId, 'Hello').settled
  await seen(ana, 'the message', (state) => state.conversations[conversationId]?.unread === 1)
  for (const seq of [Number.NaN, 0.5]) ana.receipts.markRead(conversationId, seq)
  expect(held(ana, conversationId).memberships[idOf(ana)]?.readSeq).toBe(0)
  ana.receipts.markRead(conversationId, 1.5)
  await bo.memberships.loadAll(conversationId)
  await seen(bo, 'that it was read', (state) => {
    return state.conversations[conversationId]?.memberships[idOf(ana)]?.readSeq === 1
  })
  ana.presence.watch([large, 'no id', idOf(bo)])
  await seen(ana, 'who is here', (state) => state.presences[idOf(bo)]?.status === 'online')
})

test('D2: where a way carries less than the protocol, a message that breaks it again and again is set aside', async () => {
  const server = await testServer()
  const signedIn = await server.register('ana')
  const wire = await wireTo(server, 3_000)
  const chat = chatOf(wire.url, signedIn)
  await chat.connect()
  const [kitchen, garden] = [
    await chat.conversations.create({ name: 'Kitchen' }),
    await chat.conversations.create({ name: 'Garden' }),
  ]
  const tooLarge = chat.messages.send(kitchen.id, 'x'.repeat(3_500))
  const behind = chat.messages.send(kitchen.id, 'behind it')
  const beside = chat.messages.send(garden.id, 'beside it')
  await expect(tooLarge.settled).rejects.toMatchObject({ code: 'unavailable' })
  expect((await behind.settled).seq).toBe(1)
  expect((await beside.settled).seq).toBe(1)
  expect([tooLarge.status, behind.status, beside.status]).toEqual(['failed', 'sent', 'sent'])
  expect(await tooLarge.cancel()).toBe(true)
})
