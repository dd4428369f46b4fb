import type { Message, Offer } from '@parley/protocol'
import { putAll } from '../cache/records.ts'
import type { ConversationState } from '../chat-state.ts'

export interface OffersFields {
  /** The state of offers, by the id of the message. `offerStatus` of the protocol gives the status at a time. */
  offers: Readonly<Record<string, Offer>>
}

/**
 * Is the given state newer? With the same rev, an expired one was read later, because an offer expires without a rev.
 */
const isNewer = (held: Offer | undefined, given: Offer): boolean => {
  if (!held || given.rev > held.rev) return true
  return given.rev === held.rev && given.status === 'expired' && held.status !== 'expired'
}

/** Applies offers. Ignores those of deleted messages: a page or an answer may have been read before the deletion. */
export function applyOffers(held: ConversationState, offers: readonly Offer[]): ConversationState {
  const deleted = new Set(held.messages.flatMap(({ id, deletedAt }) => (deletedAt === null ? [] : id)))
  const news = offers.filter((given) => !deleted.has(given.messageId) && isNewer(held.offers[given.messageId], given))
  if (news.length === 0) return held
  return {
    ...held,
    offers: putAll(
      held.offers,
      news.map((offer) => [offer.messageId, offer] as const),
    ),
  }
}

/** Removes the offers of deleted messages. `messages` are the changed ones. */
export function dropOffers(held: ConversationState, messages: readonly Message[]): ConversationState {
  const dropped = messages.filter(({ id, deletedAt }) => deletedAt !== null && held.offers[id])
  if (dropped.length === 0) return held
  const offers = { ...held.offers }
  for (const { id } of dropped) delete offers[id]
  return { ...held, offers }
}
