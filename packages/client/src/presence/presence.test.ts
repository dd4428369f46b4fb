import { expect, test } from 'vitest'
import type { Chat } from '../chat.ts'
import { chatOf, connectedChat, idOf, seen, testServer, wireTo } from '../testing/test-chat.ts'

const status = (chat: Chat, userId: string) => chat.store.getState().presences[userId]?.status

test('the presence of those who are watched is known and stays true, until nobody watches', async () => {
  const server = await testServer({ timing: { presenceGraceMs: 0 } })
  const [ana, bob] = [await connectedChat(server, 'ana'), await connectedChat(server, 'bob')]
  await ana.conversations.openDirect({ userId: idOf(bob) })
  const turns = (wanted: string | undefined) => seen(ana, `${wanted}`, () => status(ana, idOf(bob)) === wanted)
  const unwatch = [ana.presence.watch([idOf(bob)]), ana.presence.watch([idOf(bob), idOf(ana)])]
  await turns('online')
  await bob.presence.set('busy')
  expect(status(bob, idOf(bob))).toBe('busy')
  await turns('busy')
  unwatch[0]?.()
  unwatch[0]?.()
  await bob.presence.set('away')
  await turns('away')
  await bob.close()
  const gone = await seen(ana, 'the departure', ({ presences }) => {
    const presence = presences[idOf(bob)]
    return presence?.status === 'offline' && presence
  })
  expect(gone.lastSeenAt).toEqual(expect.any(Number))
  unwatch[1]?.()
  await turns(undefined)
})

test('strangers stay unknown', async () => {
  const server = await testServer()
  const [ana, bob, eve] = [
    await connectedChat(server, 'ana'),
    await connectedChat(server, 'bob'),
    await connectedChat(server, 'eve'),
  ]
  await ana.conversations.openDirect({ userId: idOf(bob) })
  ana.presence.watch([idOf(eve), idOf(bob)])
  await seen(ana, 'the friend', () => status(ana, idOf(bob)) === 'online')
  expect(Object.keys(ana.store.getState().presences)).toEqual([idOf(bob)])
})

test('after a reconnect the same people are watched, and one’s own wish holds', async () => {
  const server = await testServer({ timing: { presenceGraceMs: 0 } })
  const wire = await wireTo(server)
  const ana = chatOf(wire.url, await server.register('ana'))
  await ana.connect()
  const bob = await connectedChat(server, 'bob')
  await ana.conversations.openDirect({ userId: idOf(bob) })
  ana.presence.watch([idOf(bob)])
  bob.presence.watch([idOf(ana)])
  await seen(ana, 'the friend', () => status(ana, idOf(bob)) === 'online')
  await ana.presence.set('busy')
  await seen(bob, 'busy', () => status(bob, idOf(ana)) === 'busy')
  wire.down()
  await seen(bob, 'the loss', () => status(bob, idOf(ana)) === 'offline')
  await bob.presence.set('away')
  wire.up()
  await seen(bob, 'the return, still busy', () => status(bob, idOf(ana)) === 'busy')
  await seen(ana, 'the friend, who changed meanwhile', () => status(ana, idOf(bob)) === 'away')
  await bob.presence.set('online')
  await seen(ana, 'a change after the return', () => status(ana, idOf(bob)) === 'online')
})
