import type { Message, Offer } from '@parley/protocol'
import { putAll } from '../cache/records.ts'
import type { ConversationState } from '../chat-state.ts'

export interface OffersFields {
  /** What became of the offers in messages, by the id of the message. `offerStatus` of the protocol says how one stands now. */
  offers: Readonly<Record<string, Offer>>
}

/** The newer state of an offer; with the same rev it may have been read later, when it had expired. */
const isNewer = (held: Offer | undefined, given: Offer): boolean => {
  if (!held || given.rev > held.rev) return true
  return given.rev === held.rev && given.status === 'expired' && held.status !== 'expired'
}

/** Takes in offers. A page or an answer may have been read before their message was deleted, and come after that. */
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

/** The offer of a deleted message goes with it. */
export function dropOffers(held: ConversationState, messages: readonly Message[]): ConversationState {
  const dropped = messages.filter(({ id, deletedAt }) => deletedAt !== null && held.offers[id])
  if (dropped.length === 0) return held
  const offers = { ...held.offers }
  for (const { id } of dropped) delete offers[id]
  return { ...held, offers }
}
