import { expect, test } from 'vitest'
import { chatOf, connectedChat, held, idOf, seen, testServer, texts, wireTo } from './testing/test-chat.ts'

test('two people talk, and each sees every message once, in one order', async () => {
  const server = await testServer()
  const [ana, bob] = [await connectedChat(server, 'ana'), await connectedChat(server, 'bob')]
  const { id } = await ana.conversations.openDirect({ userId: idOf(bob) })
  await seen(bob, 'the conversation', (state) => state.conversations[id])
  await Promise.all([ana.messages.loadLatest(id), bob.messages.loadLatest(id)])

  const first = ana.messages.send(id, 'Hello')
  expect(held(ana, id).pending).toMatchObject([{ id: first.id, status: 'sending', senderId: idOf(ana) }])
  const stored = await first.settled
  expect(stored).toMatchObject({ id: first.id, seq: 1 })
  expect(held(ana, id).pending).toEqual([])
  await seen(bob, 'the message', (state) => state.conversations[id]?.messages.length === 1)
  await bob.messages.send(id, 'Hi').settled
  await seen(ana, 'the answer', (state) => state.conversations[id]?.messages.length === 2)

  expect(texts(held(ana, id))).toEqual(['Hello', 'Hi'])
  expect(held(bob, id).messages).toEqual(held(ana, id).messages)
  expect(held(bob, id).unread).toBe(1)
})

test('what happened while the line was cut is there once after it is back', async () => {
  const server = await testServer()
  const wire = await wireTo(server)
  const ana = await connectedChat(server, 'ana')
  const bob = chatOf(wire.url, await server.register('bob'))
  await bob.connect()
  const { id } = await ana.conversations.create({ name: 'Kitchen', userIds: [idOf(bob)] })
  await bob.messages.loadLatest(id)
  const sent = await ana.messages.send(id, 'before').settled
  await seen(bob, 'the first message', (state) => texts(state.conversations[id]).includes('before'))

  wire.down()
  await seen(bob, 'being offline', (state) => state.status === 'offline')
  await ana.messages.edit(sent.id, 'before, edited')
  await ana.messages.send(id, 'while away').settled
  const written = bob.messages.send(id, 'written offline')
  expect(written.status).toBe('queued')
  wire.up()
  await written.settled

  await seen(bob, 'all of it', (state) => state.conversations[id]?.messages.length === 3)
  await seen(ana, 'all of it', (state) => state.conversations[id]?.lastSeq === 3)
  await ana.messages.loadLatest(id)
  expect(texts(held(bob, id))).toEqual(['before, edited', 'while away', 'written offline'])
  expect(texts(held(ana, id))).toEqual(texts(held(bob, id)))
  expect(held(bob, id).pending).toEqual([])
})

test('two clients in one process share nothing', async () => {
  const server = await testServer()
  const [ana, bob] = [await connectedChat(server, 'ana'), await connectedChat(server, 'bob')]
  const { id } = await ana.conversations.create({ name: 'Diary', visibility: 'private' })
  const heard: string[] = []
  bob.on('message.created', ({ conversationId }) => heard.push(conversationId))
  await ana.messages.send(id, 'mine alone').settled
  // A later event over the same socket proves that no event of the diary arrived before.
  const shared = await ana.conversations.openDirect({ userId: idOf(bob) })
  await ana.messages.send(shared.id, 'ours').settled
  await seen(bob, 'the shared one', (state) => state.conversations[shared.id]?.lastSeq === 1)
  expect(Object.keys(bob.store.getState().conversations)).toEqual([shared.id])
  expect(heard).toEqual([shared.id])
  await ana.close()
  expect([ana, bob].map((chat) => chat.store.getState().status)).toEqual(['closed', 'online'])
})

test('events are told once, after the state holds them, until unsubscribed', async () => {
  const server = await testServer()
  const [ana, bob] = [await connectedChat(server, 'ana'), await connectedChat(server, 'bob')]
  const statuses: string[] = []
  bob.on('status.changed', ({ status }) => statuses.push(status))
  const { id } = await ana.conversations.openDirect({ userId: idOf(bob) })
  await seen(bob, 'the conversation', (state) => state.conversations[id])
  const seqs: (number | undefined)[] = []
  const unsubscribe = bob.on('message.created', ({ conversationId }) => {
    seqs.push(bob.store.getState().conversations[conversationId]?.lastSeq)
  })
  bob.on('message.created', () => {
    throw new Error('a listener that fails')
  })
  await ana.messages.send(id, 'one').settled
  await seen(bob, 'the first', (state) => state.conversations[id]?.lastSeq === 1)
  unsubscribe()
  await ana.messages.send(id, 'two').settled
  await seen(bob, 'the second', (state) => state.conversations[id]?.lastSeq === 2)
  await bob.close()
  expect(seqs).toEqual([1])
  expect(statuses).toEqual(['closed'])
})

test('a refused message says why and does not hold up the next', async () => {
  const server = await testServer()
  const ana = await connectedChat(server, 'ana')
  const { id } = await ana.conversations.openDirect({ userId: idOf(ana) })
  await ana.messages.loadLatest(id)
  const [blank, fine] = [ana.messages.send(id, '  '), ana.messages.send(id, 'fine')]
  await expect(blank.settled).rejects.toMatchObject({ name: 'ChatError', code: 'invalid_input' })
  await fine.settled
  expect(texts(held(ana, id))).toEqual(['fine'])
  expect(held(ana, id).pending).toMatchObject([{ id: blank.id, status: 'failed', error: { code: 'invalid_input' } }])
  expect(await blank.cancel()).toBe(true)
  expect(held(ana, id).pending).toEqual([])
})

test('edit and delete reach everybody; a deleted message keeps its place', async () => {
  const server = await testServer()
  const [ana, bob] = [await connectedChat(server, 'ana'), await connectedChat(server, 'bob')]
  const { id } = await ana.conversations.openDirect({ userId: idOf(bob) })
  await seen(bob, 'the conversation', (state) => state.conversations[id])
  await bob.messages.loadLatest(id)
  const [one, two] = [await ana.messages.send(id, 'one').settled, await ana.messages.send(id, 'two').settled]
  await ana.messages.edit(one.id, 'first')
  await ana.messages.delete(two.id)
  await seen(bob, 'both', (state) => state.conversations[id]?.messages[1]?.deletedAt ?? false)
  expect(texts(held(bob, id))).toEqual(['first', null])
  expect(held(bob, id).unread).toBe(1)
  await expect(bob.messages.edit(one.id, 'not mine')).rejects.toMatchObject({ code: 'forbidden' })
})

test('history comes in pages that join, in both directions, and each page once however often it is asked for', async () => {
  const server = await testServer()
  const ana = await connectedChat(server, 'ana')
  const { id } = await ana.conversations.openDirect({ userId: idOf(ana) })
  for (let i = 1; i <= 30; i++) await ana.messages.send(id, String(i)).settled
  const load = { limit: 5 }
  await ana.messages.loadLatest(id, load)
  expect(held(ana, id)).toMatchObject({ hasBefore: true, hasAfter: false })
  await Promise.all([ana.messages.loadOlder(id, load), ana.messages.loadOlder(id, load)])
  expect(texts(held(ana, id))).toEqual(['21', '22', '23', '24', '25', '26', '27', '28', '29', '30'])
  await ana.messages.loadAround(id, 8, load)
  expect(held(ana, id)).toMatchObject({ hasBefore: true, hasAfter: true })
  expect(texts(held(ana, id))).toContain('8')
  await ana.messages.loadOlder(id)
  await ana.messages.loadNewer(id)
  expect(texts(held(ana, id))).toEqual(Array.from({ length: 30 }, (_, i) => String(i + 1)))
  expect(held(ana, id)).toMatchObject({ hasBefore: false, hasAfter: false })
})

test('a load that is given up does not spoil the next one', async () => {
  const server = await testServer()
  const ana = await connectedChat(server, 'ana')
  const { id } = await ana.conversations.openDirect({ userId: idOf(ana) })
  await ana.messages.send(id, 'there').settled
  const givenUp = new AbortController()
  const first = ana.messages.loadLatest(id, { signal: givenUp.signal })
  givenUp.abort()
  const second = ana.messages.loadLatest(id)
  await expect(first).rejects.toMatchObject({ name: 'AbortError' })
  await second
  expect(texts(held(ana, id))).toEqual(['there'])
})

test('a call fails with the catalogue’s code, and after closing with the client’s own', async () => {
  const server = await testServer()
  const ana = await connectedChat(server, 'ana')
  await expect(ana.call('conversation.get', { conversationId: 'nowhere' })).rejects.toMatchObject({
    code: 'not_found',
    requestId: expect.any(String),
  })
  await ana.close()
  await expect(ana.call('user.me', {})).rejects.toMatchObject({ code: 'closed', requestId: null })
  await expect(ana.connect()).rejects.toMatchObject({ code: 'closed' })
})
