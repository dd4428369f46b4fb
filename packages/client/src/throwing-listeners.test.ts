import { eventNames } from '@parley/protocol'
import { expect, test } from 'vitest'
import { chatOf, connectedChat, held, idOf, seen, testServer, texts, wireTo } from './testing/test-chat.ts'

const fail = () => {
  throw new Error('a mistake of the app')
}

test('A1: an app whose listeners all throw has the same state as any other', async () => {
  const server = await testServer()
  const wire = await wireTo(server)
  const ana = await connectedChat(server, 'ana')
  const bob = chatOf(wire.url, await server.register('bob'))
  bob.store.subscribe(fail)
  for (const name of [...eventNames, 'status.changed'] as const) bob.on(name, fail)

  await bob.connect()
  const { id } = await ana.conversations.openDirect({ userId: idOf(bob) })
  await seen(bob, 'the conversation', (state) => state.conversations[id])
  await Promise.all([ana.messages.loadLatest(id), bob.messages.loadLatest(id)])
  await ana.messages.send(id, 'one').settled
  await seen(bob, 'one', (state) => texts(state.conversations[id]).includes('one'))
  await bob.messages.send(id, 'two').settled

  wire.down()
  await seen(bob, 'being offline', (state) => state.status === 'offline')
  await ana.messages.send(id, 'three').settled
  wire.up()
  await seen(bob, 'being online', (state) => state.status === 'online')
  await seen(bob, 'three', (state) => texts(state.conversations[id]).includes('three'))
  await seen(ana, 'all of it', (state) => state.conversations[id]?.messages.length === 3)
  expect(texts(held(bob, id))).toEqual(['one', 'two', 'three'])
  expect(held(bob, id).messages).toEqual(held(ana, id).messages)
  expect(held(bob, id).unread).toBe(held(ana, id).unread + 1)
})
