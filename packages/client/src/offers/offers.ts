import type { Offer, OfferDecision } from '@parley/protocol'
import { withConversation } from '../cache/held-conversation.ts'
import type { CallOptions } from '../chat.ts'
import { type ClientContext, update } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'
import { applyOffers, dropOffers, type OffersFields } from './offer-rows.ts'

/**
 * Offers are made by sending a message: `chat.messages.send(conversationId, { text: '', offer: { amount: 1250, currency: 'EUR' } })`.
 * One that names another as `answers` counters it.
 */
export interface Offers {
  /**
   * Accepts an open offer of somebody else. The promise rejects with `offer_closed` if it is not open any more; the state
   * then shows what became of it.
   *
   * @example
   * await chat.offers.accept(conversationId, message.id)
   */
  accept(conversationId: string, messageId: string, options?: CallOptions): Promise<Offer>
  /** Declines it in the same way. */
  decline(conversationId: string, messageId: string, options?: CallOptions): Promise<Offer>
  /** Takes one’s own offer back, as long as it is open. */
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
      const { offer } = await context.call('offer.decide', { messageId, decision }, options)
      update(context, (state) => withConversation(state, conversationId, (held) => applyOffers(held, [offer])))
      return offer
    }
  return { accept: decide('accept'), decline: decide('decline'), withdraw: decide('withdraw') }
}
