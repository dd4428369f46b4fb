import type { Offer, OfferPart, Output, Reply, WireError } from '@parley/protocol'
import { offerLimits } from '@parley/protocol/features/body/offer-rules'
import { describe, expect, onTestFinished, test } from 'vitest'
import { enter, newId, openRoom, type Person, plain, refusalOf, say, settled } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'
import { stopClock } from '../../testing/stopped-clock.ts'

const { server, ana, bo, cleo } = serverWithPeople(['ana', 'bo', 'cleo'])

/** A direct conversation of their own for each test. */
const openDirect = async (one: Person, other: Person) =>
  (await one.ask('conversation.openDirect', { userId: other.id, context: newId() })).summary.conversation.id

const terms = { amount: 120_000, currency: 'EUR' }

const draftOf = (conversationId: string, offer: OfferPart, text = 'The bathroom') => ({
  conversationId,
  id: newId(),
  body: { ...plain(text), offer },
})

const offer = async (person: Person, conversationId: string, more: Partial<OfferPart> = {}) =>
  (await person.ask('message.send', draftOf(conversationId, { ...terms, ...more }))).message

const decide = (person: Person, messageId: string, decision: 'accept' | 'decline' | 'withdraw') =>
  person.ask('offer.decide', { messageId, decision })

const shownTo = async (person: Person, conversationId: string): Promise<Offer[]> =>
  (await person.ask('message.page', { conversationId })).offers

const closed = async (person: Person, name: string, input: unknown): Promise<WireError> => {
  const reply = await person.reply(name, input)
  if (reply.ok) throw new Error('it was taken')
  expect(reply.error.code).toBe('offer_closed')
  return reply.error
}

describe('an offer', () => {
  test('is part of its message in events, pages, summaries and syncs, for members only', async () => {
    const conversationId = await openDirect(ana, bo)
    const phone = await enter(server, bo.signedIn)
    await settled(phone)
    const details = { work: 'two rooms', days: 3, parts: [{ name: 'kitchen' }] }
    const message = await offer(ana, conversationId, { details })
    expect(message).toMatchObject({ type: 'offer', body: { ...plain('The bathroom'), offer: { ...terms, details } } })
    const made = {
      messageId: message.id,
      rev: message.rev,
      userId: ana.id,
      status: 'open',
      expiresAt: null,
      counterId: null,
      history: [{ messageId: message.id, userId: ana.id, at: message.createdAt, action: 'offered', ...terms }],
    }
    for (const person of [ana, bo, phone]) {
      const heard = await person.heard('message.created', ({ messages }) => messages?.[0]?.id === message.id)
      expect(heard).toEqual({
        conversationId,
        rev: message.rev,
        messages: [message],
        users: [ana.user],
        offers: [made],
      })
    }
    expect(await shownTo(bo, conversationId)).toEqual([made])
    expect((await bo.ask('message.get', { messageId: message.id })).offers).toEqual([made])
    expect((await bo.ask('conversation.get', { conversationId })).summary.offers).toEqual([made])
    const { epoch, account } = await bo.ask('sync.run', {})
    const positions = [{ conversationId, rev: message.rev - 1 }]
    const { changes } = await bo.ask('sync.run', { epoch, rev: account.rev, positions })
    expect(changes).toMatchObject([{ messages: [message], offers: [made] }])
    await settled(cleo)
    expect(JSON.stringify([cleo.all('message.created'), cleo.all('offer.decided')])).not.toContain(message.id)
    expect(await refusalOf(cleo, 'offer.decide', { messageId: message.id, decision: 'accept' })).toEqual(
      await refusalOf(cleo, 'offer.decide', { messageId: newId(), decision: 'accept' }),
    )
  })

  test('needs no text, and another type of message is refused', async () => {
    const conversationId = await openDirect(ana, bo)
    const draft = { conversationId, id: newId(), body: { ...plain(''), offer: terms } }
    expect(await refusalOf(ana, 'message.send', { ...draft, type: 'image' })).toMatchObject({ code: 'invalid_input' })
    expect(await refusalOf(ana, 'message.send', { ...draft, body: plain('') })).toMatchObject({ code: 'invalid_input' })
    expect((await ana.ask('message.send', { ...draft, type: 'offer' })).message).toMatchObject({
      type: 'offer',
      seq: 1,
    })
    // As clients without offers go on doing.
    const named = await ana.ask('message.send', { conversationId, id: newId(), type: 'offer', body: plain('120 EUR') })
    expect(named.message).toMatchObject({ type: 'offer', seq: 2 })
    expect(await refusalOf(bo, 'offer.decide', { messageId: named.message.id, decision: 'accept' })).toMatchObject({
      code: 'not_found',
    })
  })

  test('sent again is the same offer, even after a decision', async () => {
    const conversationId = await openDirect(ana, bo)
    const draft = draftOf(conversationId, terms)
    const replies = await Promise.all([1, 2, 3].map(() => ana.ask('message.send', draft)))
    for (const reply of replies) expect(reply).toEqual(replies[0])
    await decide(bo, draft.id, 'accept')
    expect(await ana.ask('message.send', draft)).toEqual(replies[0])
    expect(await shownTo(ana, conversationId)).toMatchObject([{ status: 'accepted', history: [{}, {}] }])
    const dearer = { ...draft, body: { ...draft.body, offer: { ...terms, amount: 1 } } }
    expect(await refusalOf(ana, 'message.send', dearer)).toMatchObject({ code: 'message_id_conflict' })
  })

  test.each([
    { amount: -1, currency: 'EUR' },
    { amount: 0.5, currency: 'EUR' },
    { amount: 2 ** 53, currency: 'EUR' },
    { amount: 1, currency: 'eur' },
    { amount: 1, currency: 'XXX' },
    { amount: 1, currency: 'EUR', details: [] },
    { amount: 1, currency: 'EUR', details: { text: 'a\u0000' } },
    { amount: 1, currency: 'EUR', details: JSON.parse('{"__proto__":{"isAdmin":true}}') },
    { amount: 1, currency: 'EUR', details: { text: 'x'.repeat(5_000) } },
    { amount: 1, currency: 'EUR', expiresAt: 1 },
    { amount: 1, currency: 'EUR', status: 'accepted' },
    { amount: 1, currency: 'EUR', answers: '01970000-0000-7000-8000-0000000000aa' },
  ])('with %j is refused, without affecting others sent at the same time', async (bad) => {
    const conversationId = await openDirect(ana, bo)
    const before = (await ana.ask('message.page', { conversationId })).messages.length
    const bodies = [plain('before'), { ...plain('bad'), offer: bad }, plain('behind')]
    const replies = await Promise.all(
      bodies.map((body) => ana.reply('message.send', { conversationId, id: newId(), body })),
    )
    expect(replies.map(({ ok }) => ok)).toEqual([true, false, true])
    const seqs = replies.flatMap((reply) => (reply.ok ? (reply.data as Output<'message.send'>).message.seq : []))
    expect(seqs).toEqual([before + 1, before + 2])
    expect(Object.prototype).not.toHaveProperty('isAdmin')
  })

  test('keeps its terms when its text is edited', async () => {
    const conversationId = await openDirect(ana, bo)
    const { id: messageId, body } = await offer(ana, conversationId)
    const edited = (await ana.ask('message.edit', { messageId, body: plain('With tiles') })).message
    expect(edited.body).toEqual({ ...body, ...plain('With tiles') })
    // Who shows the whole message again shows with it how the offer stands.
    const { offers } = await bo.heard('message.updated', ({ messages = [] }) => messages[0]?.id === messageId)
    expect(offers).toEqual(await shownTo(bo, conversationId))
    const same = { ...plain(''), offer: terms }
    expect((await ana.ask('message.edit', { messageId, body: same })).message.body).toEqual(same)
    const { id: other } = await say(ana, conversationId)
    for (const [id, changed] of [
      [messageId, { ...plain('x'), offer: { ...terms, amount: 1 } }],
      [messageId, { kind: 'sealed', ciphertext: 'x' }],
      [other, { ...plain('x'), offer: terms }],
    ] as const) {
      expect(await refusalOf(ana, 'message.edit', { messageId: id, body: changed })).toMatchObject({
        code: 'forbidden',
      })
    }
    expect(await shownTo(bo, conversationId)).toMatchObject([{ status: 'open' }])
  })
})

describe('a decision', () => {
  test.each([
    ['accept', 'accepted', 1],
    ['decline', 'declined', 1],
    ['withdraw', 'withdrawn', 0],
  ] as const)('to %s makes it %s, once, for everybody', async (decision, status, by) => {
    const conversationId = await openDirect(ana, bo)
    const { id: messageId } = await offer(ana, conversationId)
    const [who, other] = by === 1 ? [bo, ana] : [ana, bo]
    expect(await refusalOf(other, 'offer.decide', { messageId, decision })).toMatchObject({ code: 'forbidden' })
    const { offer: decided } = await decide(who, messageId, decision)
    expect(decided).toMatchObject({
      status,
      history: [{ action: 'offered' }, { action: status, userId: who.id, ...terms }],
    })
    const change = { conversationId, rev: decided.rev, offers: [decided], users: [who.user] }
    for (const person of [ana, bo]) {
      expect(await person.heard('offer.decided', ({ rev, ...one }) => one.conversationId === conversationId)).toEqual(
        change,
      )
    }
    expect(await decide(who, messageId, decision)).toEqual({ offer: decided })
    for (const [person, again] of [
      [bo, 'accept'],
      [bo, 'decline'],
      [ana, 'withdraw'],
    ] as const) {
      if (again === decision) continue
      const error = await closed(person, 'offer.decide', { messageId, decision: again })
      expect(error.change).toMatchObject({ conversationId, offers: [decided] })
    }
    await settled(ana)
    expect(ana.all('offer.decided').filter((one) => one.conversationId === conversationId)).toHaveLength(1)
    expect(await shownTo(ana, conversationId)).toEqual([decided])
  })

  test('can be made over REST, and a conflict tells the current status', async () => {
    const conversationId = await openDirect(ana, bo)
    const { id } = await offer(ana, conversationId)
    const ask = async (person: Person, decision: string) => {
      const given = { token: person.signedIn.accessToken, body: { decision } }
      const response = await server.rest('PUT', `/messages/${id}/offer/decision`, given)
      return [response.status, (await response.json()) as Reply<Output<'offer.decide'>>] as const
    }
    expect(await ask(bo, 'accept')).toMatchObject([200, { ok: true, data: { offer: { status: 'accepted' } } }])
    expect(await ask(ana, 'withdraw')).toMatchObject([
      409,
      { error: { code: 'offer_closed', change: { offers: [{ messageId: id, status: 'accepted' }] } } },
    ])
    expect(await ask(cleo, 'accept')).toMatchObject([404, { ok: false }])
    expect(await ask(bo, 'cancel')).toMatchObject([400, { ok: false }])
  })

  test('in a room: any other member accepts, moderators decline, and only the maker withdraws', async () => {
    const conversationId = await openRoom(ana, [bo, cleo])
    const ofBo = async () => (await offer(bo, conversationId)).id
    for (const [person, decision, code] of [
      [cleo, 'accept', undefined],
      [cleo, 'decline', 'forbidden'],
      [cleo, 'withdraw', 'forbidden'],
      [ana, 'accept', undefined],
      [ana, 'decline', undefined],
      [ana, 'withdraw', 'forbidden'],
      [bo, 'accept', 'forbidden'],
      [bo, 'decline', 'forbidden'],
      [bo, 'withdraw', undefined],
    ] as const) {
      const refusal = await refusalOf(person, 'offer.decide', { messageId: await ofBo(), decision })
      expect([decision, refusal?.code]).toEqual([decision, code])
    }
    const messageId = await ofBo()
    await ana.ask('membership.remove', { conversationId, userId: cleo.id })
    expect(await refusalOf(cleo, 'offer.decide', { messageId, decision: 'accept' })).toMatchObject({
      code: 'not_found',
    })
  })

  test('on an offer in one’s own conversation can only be to withdraw', async () => {
    const conversationId = await openDirect(ana, ana)
    const { id: messageId } = await offer(ana, conversationId)
    expect(await refusalOf(ana, 'offer.decide', { messageId, decision: 'accept' })).toMatchObject({ code: 'forbidden' })
    expect((await decide(ana, messageId, 'withdraw')).offer.status).toBe('withdrawn')
  })
})

describe('a counter offer', () => {
  test('closes the offer that it answers in the same change, and continues its history', async () => {
    const conversationId = await openDirect(ana, bo)
    const first = await offer(ana, conversationId)
    const second = await offer(bo, conversationId, { amount: 90_000, answers: first.id })
    const { offers = [], rev } = await ana.heard('message.created', ({ messages }) => messages?.[0]?.id === second.id)
    expect(rev).toBe(second.rev)
    const steps = [
      { action: 'offered', userId: ana.id, messageId: first.id, ...terms },
      { action: 'countered', userId: bo.id, messageId: second.id, amount: 90_000 },
    ]
    expect(offers).toMatchObject([
      { messageId: first.id, status: 'countered', counterId: second.id, rev, history: steps },
      { messageId: second.id, status: 'open', counterId: null, rev, history: steps },
    ])
    expect(await shownTo(bo, conversationId)).toEqual(offers)
    const error = await closed(ana, 'offer.decide', { messageId: first.id, decision: 'withdraw' })
    expect(error.change?.offers).toEqual([offers[0]])
    const third = draftOf(conversationId, { ...terms, answers: first.id })
    expect((await closed(bo, 'message.send', third)).change?.offers).toEqual([offers[0]])
    expect((await decide(ana, second.id, 'accept')).offer.history).toMatchObject([
      ...steps,
      { action: 'accepted', userId: ana.id, messageId: second.id, amount: 90_000 },
    ])
  })

  test('to one’s own offer, or to anything but an offer of the same conversation, is refused', async () => {
    const conversationId = await openDirect(ana, bo)
    const elsewhere = await offer(bo, await openRoom(bo, [ana]))
    const { id: own } = await offer(ana, conversationId)
    const { id: text } = await say(bo, conversationId)
    for (const [answers, code] of [
      [own, 'forbidden'],
      [elsewhere.id, 'not_found'],
      [text, 'not_found'],
      [newId(), 'not_found'],
    ]) {
      const draft = draftOf(conversationId, { ...terms, answers: answers as string })
      expect(await refusalOf(ana, 'message.send', draft)).toMatchObject({ code })
    }
    expect(await shownTo(bo, conversationId)).toMatchObject([{ messageId: own, status: 'open' }])
  })

  test('is accepted once if several arrive at the same time', async () => {
    const conversationId = await openRoom(ana, [bo, cleo])
    const { id: answers } = await offer(ana, conversationId)
    const replies = await Promise.all(
      [bo, cleo, bo].map((person) => person.reply('message.send', draftOf(conversationId, { ...terms, answers }))),
    )
    expect(replies.filter(({ ok }) => ok)).toHaveLength(1)
    const shown = await shownTo(ana, conversationId)
    expect(shown.map(({ status }) => status)).toEqual(['countered', 'open'])
    expect((await ana.ask('message.page', { conversationId })).messages.map(({ seq }) => seq)).toEqual([1, 2])
  })

  test('is refused once the history has reached its maximum number of steps', async () => {
    const conversationId = await openDirect(ana, bo)
    let answers: string | undefined
    let last: string | undefined
    for (let step = 0; step < offerLimits.steps - 1; step++) {
      last = (await offer(step % 2 ? bo : ana, conversationId, answers === undefined ? {} : { answers })).id
      answers = last
    }
    const person = offerLimits.steps % 2 ? ana : bo
    const draft = draftOf(conversationId, { ...terms, ...(answers === undefined ? {} : { answers }) })
    expect(await refusalOf(person, 'message.send', draft)).toMatchObject({ code: 'limit_reached' })
    expect((await decide(person, last ?? '', 'accept')).offer.history).toHaveLength(offerLimits.steps)
  })
})

describe('deleting an offer', () => {
  test('ends it, and removes it from the history of later offers', async () => {
    const conversationId = await openDirect(ana, bo)
    const first = await offer(ana, conversationId, { amount: 77_777 })
    const second = await offer(bo, conversationId, { answers: first.id })
    await ana.ask('message.delete', { messageId: first.id })
    const { offers, rev } = await bo.heard('message.deleted', ({ messages }) => messages?.[0]?.id === first.id)
    expect(offers).toMatchObject([{ messageId: second.id, rev, status: 'open', history: [{ messageId: second.id }] }])
    const { epoch, account } = await bo.ask('sync.run', {})
    const positions = [{ conversationId, rev: first.rev - 1 }]
    const { changes } = await bo.ask('sync.run', { epoch, rev: account.rev, positions })
    expect(changes[0]?.offers).toEqual(offers)
    expect(JSON.stringify([changes, await bo.ask('message.page', { conversationId })])).not.toContain('77777')
    for (const decision of ['withdraw', 'accept'] as const) {
      expect(
        await refusalOf(decision === 'accept' ? bo : ana, 'offer.decide', { messageId: first.id, decision }),
      ).toMatchObject({
        code: 'not_found',
      })
    }
    expect((await decide(ana, second.id, 'accept')).offer.status).toBe('accepted')
  })
})

test('an offer expires by the clock of the server, without a write and without a change of its revision', async () => {
  const clock = stopClock()
  onTestFinished(clock.release)
  const conversationId = await openDirect(ana, bo)
  const expiresAt = Date.now() + 10_000
  const { id: messageId, rev } = await offer(ana, conversationId, { expiresAt })
  const early = await shownTo(bo, conversationId)
  expect(early.at(-1)).toMatchObject({ messageId, status: 'open', expiresAt, rev })
  await clock.pass(9_999)
  expect((await shownTo(bo, conversationId)).at(-1)).toMatchObject({ status: 'open' })
  await clock.pass(1)
  expect(await shownTo(bo, conversationId)).toEqual([...early.slice(0, -1), { ...early.at(-1), status: 'expired' }])
  expect((await bo.ask('conversation.get', { conversationId })).summary.rev).toBe(rev)
  for (const [person, decision] of [
    [bo, 'accept'],
    [bo, 'decline'],
    [ana, 'withdraw'],
  ] as const) {
    const error = await closed(person, 'offer.decide', { messageId, decision })
    expect(error.change?.offers).toMatchObject([{ messageId, status: 'expired', rev }])
  }
  await closed(bo, 'message.send', draftOf(conversationId, { ...terms, answers: messageId }))
  const late = draftOf(conversationId, { ...terms, expiresAt })
  expect(await refusalOf(ana, 'message.send', late)).toMatchObject({ code: 'invalid_input' })
})
