import { expect, test } from 'vitest'
import type { Chat } from '../chat.ts'
import { chatOf, connectedChat, held, idOf, seen, testServer, wireTo } from '../testing/test-chat.ts'

/** The server's count, from a new client. */
async function recount(server: { url: string }, chat: Chat, token: string, id: string): Promise<number | undefined> {
  const fresh = chatOf(server.url, { accessToken: token } as Parameters<typeof chatOf>[1])
  await fresh.connect()
  const unread = fresh.store.getState().conversations[id]?.unread
  await fresh.close()
  expect(fresh.store.getState().me?.id).toBe(idOf(chat))
  return unread
}

test('unread is always the server’s count: new, deleted, read here, read on another device', async () => {
  const server = await testServer()
  const ana = await connectedChat(server, 'ana')
  const signedIn = await server.register('bob')
  const [bob, phone] = [chatOf(server.url, signedIn), chatOf(server.url, signedIn)]
  await Promise.all([bob.connect(), phone.connect()])
  const { id } = await ana.conversations.openDirect({ userId: idOf(bob) })
  const unread = (chat: Chat, count: number) =>
    seen(chat, `${count} unread`, ({ conversations }) => {
      const now = conversations[id]
      return now?.unread === count && !now.recount
    })
  const checked = async (count: number) => {
    await Promise.all([unread(bob, count), unread(phone, count)])
    expect(await recount(server, bob, signedIn.accessToken, id)).toBe(count)
  }
  const sent = []
  for (let i = 1; i <= 8; i++) sent.push(await ana.messages.send(id, String(i)).settled)
  await checked(8)
  await bob.messages.send(id, 'my own').settled
  await checked(8)
  await bob.messages.loadLatest(id, { limit: 3 })
  await ana.messages.delete(sent[7]?.id ?? '')
  await checked(7)
  await ana.messages.delete(sent[1]?.id ?? '')
  await checked(6)
  bob.receipts.markRead(id, 3)
  await checked(4)
  bob.receipts.markRead(id, 1)
  await checked(4)
  phone.receipts.markRead(id, 9)
  await checked(0)
  await ana.messages.send(id, 'one more').settled
  await checked(1)
})

test('others see how far one has received and read, and it never goes back', async () => {
  const server = await testServer()
  const [ana, bob] = [await connectedChat(server, 'ana'), await connectedChat(server, 'bob')]
  const { id } = await ana.conversations.openDirect({ userId: idOf(bob) })
  const bobs = (look: (positions: { readSeq: number; deliveredSeq: number }) => boolean) =>
    seen(ana, 'the positions', ({ conversations }) => {
      const row = conversations[id]?.memberships[idOf(bob)]
      return row && look(row)
    })
  await ana.messages.send(id, 'one').settled
  await bobs(({ deliveredSeq, readSeq }) => deliveredSeq === 1 && readSeq === 0)
  await ana.messages.send(id, 'two').settled
  await bobs(({ deliveredSeq }) => deliveredSeq === 2)
  bob.receipts.markRead(id, 2)
  expect(held(bob, id).unread).toBe(0)
  await bobs(({ readSeq }) => readSeq === 2)
  const calls: number[] = []
  ana.on('receipt.updated', ({ receipts }) => calls.push(receipts.length))
  bob.receipts.markRead(id, 1)
  await bob.messages.send(id, 'three').settled
  await seen(ana, 'the message', ({ conversations }) => conversations[id]?.lastSeq === 3)
  expect(held(ana, id).memberships[idOf(bob)]).toMatchObject({ readSeq: 2, deliveredSeq: 2 })
  // A member gets the same in pages; other users are refused.
  const first = await ana.receipts.list(id, { limit: 1 })
  const second = await ana.receipts.list(id, { limit: 1, after: first.receipts[0]?.userId })
  expect([first.hasMore, second.hasMore]).toEqual([true, false])
  const rows = [...first.receipts, ...second.receipts]
  expect(rows.find(({ userId }) => userId === idOf(bob))).toMatchObject({ readSeq: 2, joinedSeq: 0 })
  expect(rows.map(({ userId }) => userId)).toEqual([idOf(ana), idOf(bob)].toSorted())
  const cleo = await connectedChat(server, 'cleo')
  await expect(cleo.receipts.list(id)).rejects.toMatchObject({ code: 'not_found' })
})

test('a burst of messages costs few receipts', async () => {
  const server = await testServer()
  const [ana, bob] = [await connectedChat(server, 'ana'), await connectedChat(server, 'bob')]
  const { id } = await ana.conversations.openDirect({ userId: idOf(bob) })
  await seen(bob, 'the conversation', ({ conversations }) => conversations[id])
  let count = 0
  ana.on('receipt.updated', ({ receipts }) => {
    if (receipts.some(({ userId }) => userId === idOf(bob))) count++
  })
  const burst = Array.from({ length: 30 }, (_, i) => ana.messages.send(id, String(i)))
  await Promise.all(burst.map(({ settled }) => settled))
  await seen(ana, 'the last delivery', (state) => {
    const row = state.conversations[id]?.memberships[idOf(bob)]
    return row?.deliveredSeq === 30
  })
  expect(count).toBeLessThan(10)
})

test('what was read and received while offline is reported after the return', async () => {
  const server = await testServer()
  const wire = await wireTo(server)
  const ana = await connectedChat(server, 'ana')
  const bob = chatOf(wire.url, await server.register('bob'))
  await bob.connect()
  const { id } = await ana.conversations.openDirect({ userId: idOf(bob) })
  await ana.messages.send(id, 'one').settled
  await seen(bob, 'the message', ({ conversations }) => conversations[id]?.lastSeq === 1)
  wire.down()
  await seen(bob, 'being offline', ({ status }) => status === 'offline')
  bob.receipts.markRead(id, 1)
  await ana.messages.send(id, 'two').settled
  wire.up()
  await seen(ana, 'both', ({ conversations }) => {
    const row = conversations[id]?.memberships[idOf(bob)]
    return row?.readSeq === 1 && row.deliveredSeq === 2
  })
  await seen(bob, 'one unread', ({ conversations }) => conversations[id]?.unread === 1)
})

test('after a long absence every conversation is reported', async () => {
  const server = await testServer()
  const ana = await connectedChat(server, 'ana')
  const away = await server.register('bob')
  const ids: string[] = []
  for (let i = 0; i < 20; i++) {
    const { id } = await ana.conversations.create({ name: `Room ${i}`, userIds: [away.user.id] })
    await ana.messages.send(id, 'hello').settled
    await ana.memberships.loadAll(id)
    ids.push(id)
  }
  const bob = chatOf(server.url, away)
  await bob.connect()
  await seen(ana, 'every delivery', ({ conversations }) =>
    ids.every((id) => conversations[id]?.memberships[away.user.id]?.deliveredSeq === 1),
  )
  expect(Object.values(bob.store.getState().conversations).map(({ unread }) => unread)).toEqual(ids.map(() => 1))
})
