import type { Offer } from '@parley/protocol'
import { bytesOf } from '../../core/limits/answer-budget.ts'
import type { RowEvent, RowKind, Rows, SideRows } from '../../core/rows/row-kind.ts'
import { offerAt } from './offer-store.ts'

const toOffers = (stored: readonly Parameters<typeof offerAt>[0][]): Offer[] => {
  const now = Date.now()
  return stored.map((offer) => offerAt(offer, now))
}

/**
 * How sync and other nodes read the offers that changed, as they are now. They become an event `offer.decided`, except
 * beside a changed message, which gives the event its name.
 */
export const offerRows: RowKind<'offers'> = {
  field: 'offers',

  changedSince: async (store, { id }, since, most) => {
    const changed = toOffers(await store.offers.changedSince(id, since, most))
    const read = async () => (changed.length > 0 ? changed : undefined)
    return { rows: changed.length, bytes: changed.length > 0 ? bytesOf(changed) : 0, read }
  },

  eventsOf: (offers) => {
    const events = new Map<number, RowEvent<'offers'>>()
    for (const offer of offers) {
      const before = events.get(offer.rev)?.rows ?? []
      events.set(offer.rev, { name: 'offer.decided', rows: [...before, offer], isBeside: true })
    }
    return events
  },

  usersOf: (offers) => offers.flatMap(({ userId, history }) => [userId, ...history.map((step) => step.userId)]),
}

/**
 * The present state of the offers in messages, loaded with these. Offers that are among the rows already come first,
 * and are not repeated.
 */
export const offersBeside: SideRows<'offers'> = {
  field: 'offers',
  load: async (store, groups) => {
    const loaded = toOffers(await store.offers.ofMessages([...new Set(groups.flatMap(offeredIn))]))
    const byMessage = new Map(loaded.map((offer) => [offer.messageId, offer]))
    return (rows) => {
      const changed = rows.offers ?? []
      const known = new Set(changed.map(({ messageId }) => messageId))
      const beside = offeredIn(rows).flatMap((id) => (known.has(id) ? [] : (byMessage.get(id) ?? [])))
      return [...changed, ...beside]
    }
  },
}

/** The ids of messages with an offer. */
const offeredIn = ({ messages = [] }: Rows): string[] =>
  messages.flatMap(({ id, body }) => (body?.kind === 'plain' && body.offer ? id : []))

declare module '../../core/rows/row-kind.ts' {
  interface SideFields {
    offers: Offer[]
  }
}
