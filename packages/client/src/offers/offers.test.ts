import type { OfferPart } from '@parley/protocol'
import { expect, test } from 'vitest'
import type { Chat } from '../chat.ts'
import { chatOf, connectedChat, held, seen, testServer, wireTo } from '../testing/test-chat.ts'

const terms = { amount: 1250, currency: 'EUR' }

/** Two people in a direct conversation, which both have loaded; the connection of the second one can be interrupted. */
async function talk() {
  const server = await testServer()
  const [ana, signedIn] = [await connectedChat(server, 'ana'), await server.register('bob')]
  const wire = await wireTo(server)
  const bob = chatOf(wire.url, signedIn)
  await bob.connect()
  const { id } = await ana.conversations.openDirect({ userId: signedIn.user.id })
  const make = (chat: Chat, offer: OfferPart) => chat.messages.send(id, { text: '', offer }).settled
  const first = await make(ana, terms)
  for (const chat of [ana, bob]) {
    await seen(chat, 'the offer', ({ conversations }) => conversations[id]?.lastSeq === 1)
    await chat.messages.loadLatest(id)
  }
  return { ana, bob, wire, id, first, make }
}

const statusOf = (chat: Chat, id: string, messageId: string) => held(chat, id).offers[messageId]?.status

const stands = (chat: Chat, id: string, messageId: string, status: string | undefined) =>
  seen(chat, `${status}`, () => statusOf(chat, id, messageId) === status)

test('an offer is countered and accepted, and both devices hold the same', async () => {
  const { ana, bob, id, first, make } = await talk()
  await stands(bob, id, first.id, 'open')
  const second = await make(bob, { ...terms, amount: 900, answers: first.id })
  for (const chat of [ana, bob]) await stands(chat, id, first.id, 'countered')
  await ana.offers.accept(id, second.id)
  for (const chat of [ana, bob]) await stands(chat, id, second.id, 'accepted')
  expect(held(ana, id).offers).toEqual(held(bob, id).offers)
  await ana.messages.delete(first.id)
  await stands(bob, id, first.id, undefined)
  expect(held(bob, id).offers[second.id]?.history.map(({ action }) => action)).toEqual(['countered', 'accepted'])
})

test('who comes too late is refused, and holds the truth at once', async () => {
  const { ana, bob, wire, id, first, make } = await talk()
  await stands(bob, id, first.id, 'open')
  wire.down()
  wire.cut()
  await ana.offers.withdraw(id, first.id)
  wire.up()
  await bob.connect()
  await expect(bob.offers.accept(id, first.id)).rejects.toMatchObject({
    code: 'offer_closed',
    final: true,
    change: { offers: [{ messageId: first.id, status: 'withdrawn' }] },
  })
  expect(statusOf(bob, id, first.id)).toBe('withdrawn')
  const counter = bob.messages.send(id, { text: '', offer: { ...terms, answers: first.id } })
  await expect(counter.settled).rejects.toMatchObject({ code: 'offer_closed' })
  expect(held(bob, id).pending).toMatchObject([{ id: counter.id, status: 'failed' }])
  await expect(make(bob, { ...terms, amount: -1 })).rejects.toMatchObject({ code: 'invalid_input' })
})

test('the server refuses what the SDK does not check, and the messages behind it are sent', async () => {
  const { ana, id, make } = await talk()
  const details = { list: new Array(300).fill(0) }
  const bad = [make(ana, { ...terms, currency: 'XXX' }), make(ana, { ...terms, details })]
  const good = make(ana, { ...terms, details: { work: 'two rooms', run: () => 'called' } })
  const kept = held(ana, id).pending.at(-1)?.body
  expect(kept?.kind === 'plain' && kept.offer?.details).toEqual({ work: 'two rooms' })
  for (const refused of bad) await expect(refused).rejects.toMatchObject({ code: 'invalid_input', final: true })
  expect((await good).body).toEqual({ kind: 'plain', text: '', offer: { ...terms, details: { work: 'two rooms' } } })
})
