import type { Offer, OfferDecision, OfferPart, OfferStep } from '@parley/protocol'
import { offerLimits } from '@parley/protocol/features/body/offer-rules'
import type { MemberContext } from '../../core/context.ts'
import { OperationError } from '../../core/operation-error.ts'
import { offerRules } from './offer-policy.ts'
import { offerAt, type StoredOffer } from './offer-store.ts'

type Action = OfferDecision | 'counter'

/** Throws `forbidden` unless `offerRules` permit the caller this action. Does not check whether the offer is open. */
export function assertMay(action: Action, offer: Offer, { reach, caller }: MemberContext): void {
  const rule = offerRules[action]
  const isMaker = offer.userId === caller.user.id
  const isAllowed = isMaker ? rule.maker : rule.others[reach.conversation.kind].includes(reach.membership.role)
  if (!isAllowed) throw new OperationError('forbidden')
}

/**
 * Throws `offer_closed`, with the present offer, if it was decided or countered, or has expired at the context's `now`.
 */
export function assertOpen(stored: StoredOffer, { now, reach }: MemberContext): void {
  const offer = offerAt(stored, now)
  if (offer.status === 'open') return
  const { id, rev } = reach.conversation
  const sentence = `This offer is not open any more: it is ${offer.status}.`
  throw new OperationError('offer_closed', sentence, undefined, { conversationId: id, rev, offers: [offer] })
}

/**
 * Throws `limit_reached` if the history of the offer has no room for two more steps: a counter-offer and its decision.
 */
export function assertRoomForStep({ history }: Offer): void {
  // The counter-offer needs one step, its decision another.
  if (history.length + 2 <= offerLimits.steps) return
  throw new OperationError('limit_reached', `A negotiation has at most ${offerLimits.steps} steps.`)
}

/** The entry for the history of an offer when the caller does this now; it is not stored here. */
export const stepOf = (
  action: OfferStep['action'],
  messageId: string,
  { amount, currency }: OfferPart | OfferStep,
  { caller, now }: MemberContext,
): OfferStep => ({ messageId, userId: caller.user.id, at: now, action, amount, currency })
