import type { Offer } from '@parley/protocol'
import type { TestSocket } from '@parley/server/testing'
import { newId, plain } from '@parley/server/testing/people'
import type { FlowFeature, Turn } from '../flow-feature.ts'
import { messagesOf } from '../reference-rows.ts'
import { newest } from '../row-maps.ts'

declare module '../reference-device.ts' {
  interface Held {
    offers?: ReadonlyMap<string, Offer>
  }
}

const make = async (person: TestSocket, conversationId: string, answers?: string, amount = 100) => {
  const offer = {
    amount,
    currency: 'EUR',
    details: { work: 'two rooms' },
    ...(answers === undefined ? {} : { answers }),
  }
  const { message } = await person.ask('message.send', {
    conversationId,
    id: newId(),
    body: { ...plain('An offer'), offer },
  })
  return message.id
}

const someOffer = async ({ me, conversationId, which }: Turn) => {
  const { offers } = await me.ask('message.page', { conversationId, limit: 20 })
  return offers[which % Math.max(offers.length, 1)]?.messageId ?? newId()
}

const decisions = ['accept', 'decline', 'withdraw'] as const

const actions: FlowFeature['actions'] = {
  offer: [3, ({ me, conversationId, which }) => make(me, conversationId, undefined, which)],
  counter: [3, async (turn) => make(turn.me, turn.conversationId, await someOffer(turn), turn.which)],
  decide: [
    4,
    async (turn) =>
      turn.me.ask('offer.decide', {
        messageId: await someOffer(turn),
        decision: decisions[turn.which % decisions.length] ?? 'accept',
      }),
  ],
}

const causes: FlowFeature['causes'] = {
  'offer.decided': {
    'a member accepts an offer': async ({ ana, bo, room }) => {
      const messageId = await make(ana, room)
      await bo.ask('offer.decide', { messageId, decision: 'accept' })
    },
    'the observer accepts it': async ({ bo, eye, room }) => {
      const messageId = await make(bo, room)
      await eye.ask('offer.decide', { messageId, decision: 'accept' })
    },
    'a moderator declines it': async ({ ana, bo, room }) => {
      const messageId = await make(bo, room)
      await ana.ask('offer.decide', { messageId, decision: 'decline' })
    },
    'it is countered, and the counter withdrawn': async ({ ana, bo, room }) => {
      const messageId = await make(bo, room, await make(ana, room))
      await bo.ask('offer.decide', { messageId, decision: 'withdraw' })
    },
    'a countered offer is deleted, and the counter edited and accepted': async ({ ana, bo, eye, room }) => {
      const first = await make(ana, room)
      const messageId = await make(bo, room, first)
      await ana.ask('message.delete', { messageId: first })
      await bo.ask('message.edit', { messageId, body: plain('With tiles') })
      await eye.ask('offer.decide', { messageId, decision: 'accept' })
    },
    'an accepted offer is deleted': async ({ ana, bo, room }) => {
      const messageId = await make(ana, room)
      await bo.ask('offer.decide', { messageId, decision: 'accept' })
      await ana.ask('message.delete', { messageId })
    },
  },
}

export const offers: FlowFeature = {
  actions,
  causes,
  apply: (held, { offers: news = [] }) => ({
    ...held,
    offers: newest(held.offers ?? new Map(), news, ({ messageId }) => messageId),
  }),
  view: ({ offers: all = new Map(), ...held }) => {
    const there = messagesOf(held).filter(({ deletedAt }) => deletedAt === null)
    return { offers: Object.fromEntries(there.flatMap(({ id }) => (all.has(id) ? [[id, all.get(id)]] : []))) }
  },
}
