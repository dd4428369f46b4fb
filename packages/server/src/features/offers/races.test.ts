import { setImmediate as turn } from 'node:timers/promises'
import type { Offer, Output } from '@parley/protocol'
import { expect, test } from 'vitest'
import { newId, openDirect, plain, settled } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'

const { ana, bo } = serverWithPeople(['ana', 'bo'])

const count = 1_000
const atOnce = 100

test('accepted and withdrawn at once, a thousand times: one of the two wins, and both devices agree', async () => {
  const conversationId = await openDirect(ana, bo)
  const ids = Array.from({ length: count }, newId)
  const wins = { accepted: 0, withdrawn: 0 }
  for (let from = 0; from < count; from += atOnce) {
    const some = ids.slice(from, from + atOnce)
    await Promise.all(
      some.map((id, at) => {
        const offer = { amount: from + at, currency: 'EUR' }
        return ana.ask('message.send', { conversationId, id, body: { ...plain(''), offer } })
      }),
    )
    const ask = (person: typeof ana, decision: string) =>
      some.map((messageId) => person.reply('offer.decide', { messageId, decision }))
    // The one who asks a turn earlier wins more often; each of the two does so half of the time.
    const isBoFirst = (from / atOnce) % 2 === 1
    const first = isBoFirst ? ask(bo, 'accept') : ask(ana, 'withdraw')
    await turn()
    const second = isBoFirst ? ask(ana, 'withdraw') : ask(bo, 'accept')
    await Promise.all(
      first.map(async (one, at) => {
        const replies = await Promise.all([one, second[at]])
        const [winner] = replies.filter((reply) => reply?.ok)
        const [loser] = replies.filter((reply) => !reply?.ok)
        if (!winner?.ok) throw new Error('nobody won')
        const { offer } = winner.data as Output<'offer.decide'>
        // The loser is told what is true.
        expect(loser).toMatchObject({ error: { code: 'offer_closed', change: { offers: [offer] } } })
        wins[offer.status as keyof typeof wins]++
      }),
    )
  }
  expect(wins.accepted + wins.withdrawn).toBe(count)
  await settled(ana, bo)
  const heard = [ana, bo].map((person) => person.all('offer.decided').flatMap(({ offers = [] }) => offers))
  const statusOf = (offers: readonly Offer[]) => new Map(offers.map(({ messageId, status }) => [messageId, status]))
  for (const offers of heard) expect(offers).toHaveLength(count)
  const [onAnas, onBos] = heard.map(statusOf)
  expect(onAnas).toEqual(onBos)
  const stored: Offer[] = []
  let before: number | undefined
  for (let more = true; more; ) {
    const page = await bo.ask('message.page', { conversationId, before, limit: 100 })
    stored.push(...page.offers)
    before = page.messages[0]?.seq
    more = page.hasBefore
  }
  expect(stored.filter(({ history }) => history.length !== 2)).toEqual([])
  expect(statusOf(stored)).toEqual(onBos)
  console.info(`won: ${JSON.stringify(wins)}`)
})
