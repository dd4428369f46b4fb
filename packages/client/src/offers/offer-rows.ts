import type { Message, Offer } from '@parley/protocol'
import { putRows, withFields, without } from '../cache/records.ts'
import type { ConversationState } from '../chat-state.ts'
import { deletedIds } from '../messages/message-window.ts'

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

/**
 * Applies offers that are not held or newer than held ones: with a greater rev, or with the same rev and now `expired`.
 * Skips others, and those of loaded messages that were deleted, because a page or an answer may have been read before
 * that. The same object if nothing changes.
 */
export function applyOffers(held: ConversationState, given: readonly Offer[]): ConversationState {
  const deleted = new Set(deletedIds(held.messages))
  const news = given.filter((offer) => !deleted.has(offer.messageId) && isNewer(held.offers[offer.messageId], offer))
  return withFields(held, { offers: putRows(held.offers, news, 'messageId') })
}

/** Removes the offers of those of these messages that were deleted; the same object if there are none. */
export const dropOffers = (held: ConversationState, messages: readonly Message[]): ConversationState =>
  withFields(held, { offers: deletedIds(messages).reduce(without<Offer>, held.offers) })
