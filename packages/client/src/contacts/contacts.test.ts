import { expect, test } from 'vitest'
import type { Chat } from '../chat.ts'
import { chatOf, connectedChat, idOf, seen, testServer } from '../testing/test-chat.ts'

/** Two people; the second one has two devices. */
async function people() {
  const server = await testServer()
  const [ana, signedIn] = [await connectedChat(server, 'ana'), await server.register('bob')]
  const [bob, phone] = [chatOf(server.url, signedIn), chatOf(server.url, signedIn)]
  await Promise.all([bob.connect(), phone.connect()])
  return { server, signedIn, ana, bob, phone }
}

const stands = (chat: Chat, other: Chat, wanted: string) =>
  seen(chat, `${wanted}`, ({ contacts }) => contacts[idOf(other)]?.state === wanted)

test('contacts are on every device of both, with the people', async () => {
  const { server, signedIn, ana, bob, phone } = await people()
  await ana.contacts.request(idOf(bob))
  expect(ana.store.getState().contacts[idOf(bob)]?.state).toBe('requested')
  await stands(phone, ana, 'received')
  expect(phone.store.getState().users[idOf(ana)]?.username).toBe('ana')
  await bob.contacts.accept(idOf(ana))
  for (const chat of [bob, phone]) await stands(chat, ana, 'accepted')
  await stands(ana, bob, 'accepted')
  expect((await ana.contacts.list({ state: 'accepted' })).users.map(({ username }) => username)).toEqual(['bob'])
  // A new device loads open contacts, and none that have ended.
  const tablet = chatOf(server.url, signedIn)
  await tablet.connect()
  expect(tablet.store.getState().contacts[idOf(ana)]?.state).toBe('accepted')
  await ana.contacts.remove(idOf(bob))
  for (const chat of [bob, phone, tablet]) await stands(chat, ana, 'ended')
})

test('a block is on one’s own devices alone, and what is refused says so', async () => {
  const { ana, bob, phone } = await people()
  const { id } = await ana.conversations.openDirect({ userId: idOf(bob) })
  await bob.blocks.add(idOf(ana))
  await seen(phone, 'the block', ({ blocks }) => blocks[idOf(ana)]?.removed === false)
  await expect(ana.messages.send(id, 'hello').settled).rejects.toMatchObject({ code: 'no_contact' })
  expect(ana.store.getState().blocks).toEqual({})
  await phone.blocks.remove(idOf(ana))
  await seen(bob, 'no block', ({ blocks }) => blocks[idOf(ana)]?.removed === true)
  expect((await bob.blocks.list()).blocks).toEqual([])
})

test('an answer that comes after the change that overtook it takes nothing back', async () => {
  const { ana, bob } = await people()
  const asking = ana.contacts.request(idOf(bob))
  const crossing = bob.contacts.request(idOf(ana))
  await Promise.all([asking, crossing])
  for (const [chat, other] of [
    [ana, bob],
    [bob, ana],
  ] as const) {
    await stands(chat, other, 'accepted')
  }
})
