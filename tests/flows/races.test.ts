import { setImmediate as turn } from 'node:timers/promises'
import type { ConversationChange, Message, Offer, Output, Reply } from '@parley/protocol'
import { newId, openDirect, type Person, plain, settled } from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { topology } from '@parley/server/testing/topology'
import { afterAll, expect, test } from 'vitest'

/*
 * Two people act at the same moment, in many races at once, so that their requests share transactions. With several
 * nodes, each of the two is on a different one. There must be one result, and a third person gets no event.
 * `RACES=1000` runs more races.
 */

const races = Number(process.env.RACES ?? 50)
const atOnce = Math.max(races / 10, 10)
/** With several nodes, one that falls behind reads the present rows and skips changes in between. */
const hearsEachChange = topology().nodes === 1

const { ana, bo, eve, cleo, dan } = serverWithPeople(['ana', 'bo', 'eve', 'cleo', 'dan'])

afterAll(async () => {
  await settled(eve)
  const heard = (['message.created', 'offer.decided', 'account.updated'] as const).flatMap((name) => eve.all(name))
  expect(heard).toEqual([])
})

/** Runs all races, many at once; resolves with their results in order. */
async function run<T>(round: (at: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let from = 0; from < races; from += atOnce) {
    results.push(...(await Promise.all(Array.from({ length: atOnce }, (_, at) => round(from + at)))))
  }
  return results
}

/** Starts both: by turns one or the other first, and the second up to three turns of the event loop later. */
async function both<T>(at: number, one: () => Promise<T>, other: () => Promise<T>): Promise<[T, T]> {
  const [early, late] = at % 2 === 0 ? [one, other] : [other, one]
  const first = early()
  for (let turns = Math.floor(at / 2) % 4; turns > 0; turns--) await turn()
  const [a, b] = await Promise.all([first, late()])
  return at % 2 === 0 ? [a, b] : [b, a]
}

async function historyOf(person: Person, conversationId: string) {
  const all: { messages: Message[]; offers: Offer[] } = { messages: [], offers: [] }
  for (let hasBefore = true, before: number | undefined; hasBefore; before = all.messages[0]?.seq) {
    const page = await person.ask('message.page', { conversationId, before, limit: 100 })
    all.messages.unshift(...page.messages)
    all.offers.unshift(...page.offers)
    hasBefore = page.hasBefore
  }
  return all
}

/** The status of each offer, by its message, according to the events that the device received. */
const heldOffers = (person: Person) => {
  const changes: ConversationChange[] = [...person.all('message.created'), ...person.all('offer.decided')]
  const rows = changes.flatMap(({ offers = [] }) => offers).sort((one, other) => one.rev - other.rev)
  return new Map(rows.map(({ messageId, status }) => [messageId, status]))
}

test('an offer that is accepted and withdrawn at once: one of the two wins, and both devices agree', async () => {
  const conversationId = await openDirect(ana, bo)
  await run(async (at) => {
    const [id, offer] = [newId(), { amount: at, currency: 'EUR' }]
    await ana.ask('message.send', { conversationId, id, body: { ...plain(''), offer } })
    const replies = await both(
      at,
      () => ana.reply('offer.decide', { messageId: id, decision: 'withdraw' }),
      () => bo.reply('offer.decide', { messageId: id, decision: 'accept' }),
    )
    const winner = replies.find(({ ok }) => ok)
    if (!winner?.ok) throw new Error('both were refused')
    // The refusal has the offer as it was decided.
    const change = { offers: [(winner.data as Output<'offer.decide'>).offer] }
    expect(replies.find(({ ok }) => !ok)).toMatchObject({ error: { code: 'offer_closed', change } })
  })
  await settled(ana, bo)
  const { offers } = await historyOf(bo, conversationId)
  expect(offers).toHaveLength(races)
  expect(offers.filter(({ history }) => history.length !== 2)).toEqual([])
  const stored = new Map(offers.map(({ messageId, status }) => [messageId, status]))
  expect(new Set(stored.values())).toEqual(new Set(['accepted', 'withdrawn']))
  for (const person of [ana, bo]) {
    expect(heldOffers(person)).toEqual(stored)
    if (hearsEachChange)
      expect(person.all('offer.decided').flatMap(({ offers: told = [] }) => told)).toHaveLength(races)
  }
})

test('contact requests that cross make two people contacts, once', async () => {
  for (let at = 0; at < races; at++) {
    const states = await both(
      at,
      async () => (await ana.ask('contact.request', { userId: bo.id })).contact.state,
      async () => (await bo.ask('contact.request', { userId: ana.id })).contact.state,
    )
    // The first request is answered as open, the second as accepted.
    expect(states.sort()).toEqual(['accepted', 'requested'])
    if (at < races - 1) await ana.ask('contact.remove', { userId: bo.id })
  }
  for (const [person, other] of [
    [ana, bo],
    [bo, ana],
  ] as const) {
    expect((await person.ask('contact.list', {})).contacts).toMatchObject([{ userId: other.id, state: 'accepted' }])
  }
  await ana.ask('contact.remove', { userId: bo.id })
  await settled(ana, bo)
  for (const person of [ana, bo]) {
    const states = person.all('account.updated').flatMap(({ contacts = [] }) => contacts.map(({ state }) => state))
    const counts = ['accepted', 'ended'].map((wanted) => states.filter((state) => state === wanted).length)
    for (const count of counts) hearsEachChange ? expect(count).toBe(races) : expect(count).toBeLessThanOrEqual(races)
    expect(states.at(-1)).toBe('ended')
    expect((await person.ask('contact.list', {})).contacts).toEqual([])
  }
})

test('two people who open the same conversation at once get one, and exactly one of all theirs is the first', async () => {
  const opened = await run((at) => {
    const open = (me: Person, other: Person) => async () =>
      (await me.ask('conversation.openDirect', { userId: other.id, context: `race-${at}` })).summary.conversation
    return both(at, open(cleo, dan), open(dan, cleo))
  })
  expect(opened.filter(([hers, his]) => hers.id !== his.id)).toEqual([])
  expect(new Set(opened.map(([{ id }]) => id)).size).toBe(races)
  const first = opened.flat().filter(({ isLater }) => !isLater)
  expect(new Set(first.map(({ id }) => id)).size).toBe(1)
})

test('of messages that are sent while a block begins, exactly the acknowledged ones are stored and received', async () => {
  const about = Array.from({ length: 10 }, (_, at) => ({ userId: bo.id, context: `block-${at}` }))
  const opened = await Promise.all(about.map((one) => ana.ask('conversation.openDirect', one)))
  const conversations = opened.map(({ summary }) => summary.conversation.id)
  const acknowledged = new Set<string>()
  const heard = () => {
    const messages = ana.all('message.created').flatMap((change) => change.messages ?? [])
    return messages.flatMap(({ id, conversationId }) => (conversations.includes(conversationId) ? [id] : []))
  }
  const send = async (conversationId: string) => {
    const message = { conversationId, id: newId(), body: plain('race') }
    const reply = await bo.reply('message.send', message)
    if (reply.ok) acknowledged.add(message.id)
    else expect(reply.error.code).toBe('no_contact')
    return reply.ok
  }
  for (let burst = 0; burst < races / atOnce; burst++) {
    const sendSome = (count: number) => Array.from({ length: count }, (_, at) => send(conversations[at % 10] ?? ''))
    // The block begins at a different point in each burst.
    const early = Math.round((burst % 5) * (atOnce / 5))
    const sending = sendSome(early)
    for (let turns = burst % 3; turns > 0; turns--) await turn()
    const blocking = ana.ask('block.add', { userId: bo.id })
    for (let turns = burst % 4; turns > 0; turns--) await turn()
    sending.push(...sendSome(atOnce - early))
    await blocking
    const before = heard().length
    await Promise.all(sending)
    expect(await send(conversations[0] ?? '')).toBe(false)
    await settled(ana, bo)
    // Events of another node may arrive after the answer to the block; with one node, none does.
    if (hearsEachChange) expect(heard()).toHaveLength(before)
    await ana.ask('block.remove', { userId: bo.id })
  }
  expect(heard()).toHaveLength(acknowledged.size)
  expect(new Set(heard())).toEqual(acknowledged)
  const stored = await Promise.all(conversations.map((id) => historyOf(ana, id)))
  expect(new Set(stored.flatMap(({ messages }) => messages.map(({ id }) => id)))).toEqual(acknowledged)
})

test('a conversation that is opened while a block begins is blocked, or is not opened', async () => {
  let opened = 0
  for (let at = 0; at < races; at++) {
    const about = { userId: ana.id, context: `begins-${at}` }
    const [reply] = await both<Reply<unknown>>(
      at,
      () => bo.reply('conversation.openDirect', about),
      () => ana.reply('block.add', { userId: bo.id }),
    )
    if (reply.ok) {
      opened++
      const { conversation } = (reply.data as Output<'conversation.openDirect'>).summary
      const message = { conversationId: conversation.id, id: newId(), body: plain('race') }
      expect(await bo.reply('message.send', message)).toMatchObject({ error: { code: 'no_contact' } })
    } else expect(reply.error.code).toBe('no_contact')
    await ana.ask('block.remove', { userId: bo.id })
  }
  expect(opened).toBeGreaterThan(0)
})
