import { expect, test } from 'vitest'
import { chatOf, connectedChat, idOf, seen, testServer } from '../testing/test-chat.ts'

test('E11: a hidden conversation is hidden on every device of one’s own up to the message that it had', async () => {
  const server = await testServer()
  const [ana, signedIn] = [await connectedChat(server, 'ana'), await server.register('bob')]
  const [bob, phone] = [chatOf(server.url, signedIn), chatOf(server.url, signedIn)]
  await Promise.all([bob.connect(), phone.connect()])
  const { id } = await ana.conversations.openDirect({ userId: idOf(bob) })
  await ana.messages.send(id, 'Hello').settled
  await seen(bob, 'the message', ({ conversations }) => conversations[id]?.lastSeq === 1)
  expect(await bob.hidings.set(id)).toMatchObject({ conversationId: id, upToSeq: 1, removed: false })
  await seen(phone, 'the hiding', ({ hidings }) => hidings[id]?.upToSeq === 1)
  expect(ana.store.getState().hidings).toEqual({})
  // A new device loads the hidings.
  const tablet = chatOf(server.url, signedIn)
  await tablet.connect()
  expect(tablet.store.getState().hidings[id]).toMatchObject({ upToSeq: 1, removed: false })
  expect(await phone.hidings.remove(id)).toMatchObject({ conversationId: id, removed: true })
  for (const chat of [bob, phone, tablet]) {
    await seen(chat, 'no hiding', ({ hidings }) => hidings[id]?.removed === true)
  }
})
