import type { Offer, OfferDecision } from '@parley/protocol'
import type { CallOptions } from '../chat.ts'
import { type ClientContext, taking } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'
import { applyOffers, dropOffers, type OffersFields } from './offer-rows.ts'

/**
 * Offers are made by sending a message: `chat.messages.send(conversationId, { text: '', offer: { amount: 1250,
 * currency: 'EUR' } })`. An offer with the message id of another one in `answers` counters that one.
 */
export interface Offers {
  /**
   * Accepts an open offer of another user; its new status is in the state when this resolves. Rejects with
   * `offer_closed` if it is not open any more; the state contains its present status then, too.
   *
   * @example
   * await chat.offers.accept(conversationId, message.id)
   */
  accept(conversationId: string, messageId: string, options?: CallOptions): Promise<Offer>
  /** Declines an open offer, in the same way. */
  decline(conversationId: string, messageId: string, options?: CallOptions): Promise<Offer>
  /** Withdraws an own offer while it is open, in the same way. */
  withdraw(conversationId: string, messageId: string, options?: CallOptions): Promise<Offer>
}

export const offers: ClientFeature<Offers, object, OffersFields> = {
  create: createOffers,
  conversation: { begin: () => ({ offers: {} }) },
  conversationRows: {
    offers: { apply: applyOffers },
    messages: { apply: dropOffers },
  },
}

function createOffers(context: ClientContext): Offers {
  const decide =
    (decision: OfferDecision): Offers['accept'] =>
    async (conversationId, messageId, options) => {
      const answer = context.call('offer.decide', { messageId, decision }, options)
      const { offer } = await taking(context, answer, (state, { offer }) =>
        context.cache.applySideRows(state, conversationId, { offers: [offer] }),
      )
      return offer
    }
  return { accept: decide('accept'), decline: decide('decline'), withdraw: decide('withdraw') }
}
