import type { OfferDecision, OfferStep } from '@parley/protocol'
import type { MemberContext } from '../../core/context.ts'
import type { Handlers } from '../../core/feature.ts'
import { OperationError } from '../../core/operation-error.ts'
import { audienceOf } from '../conversations/head-store.ts'
import { assertMay, assertOpen, stepOf } from './offer-changes.ts'
import { offerAt, type StoredOffer } from './offer-store.ts'

const statuses = { accept: 'accepted', decline: 'declined', withdraw: 'withdrawn' } as const

/** The step with the terms of this offer; the history contains it until the message is deleted. */
const termsOf = ({ history, messageId }: StoredOffer): OfferStep =>
  history.findLast((step) => step.messageId === messageId) as OfferStep

/** Whether the caller has made the same decision before, so that repeating it is answered again. */
const isRepeated = (offer: StoredOffer, decision: OfferDecision, { caller }: MemberContext): boolean =>
  offer.status === statuses[decision] && offer.history.at(-1)?.userId === caller.user.id

/**
 * Decides an open offer, with a new rev and an event. A message without an offer is refused with `not_found`, a
 * decision that `offerRules` do not permit with `forbidden`, also if the offer is closed. The same decision by the same
 * user again changes nothing and is answered; any other decision of a closed or expired offer is refused with
 * `offer_closed`.
 */
export const offerHandlers: Handlers<'offer.decide'> = {
  'offer.decide': async ({ messageId, decision }, context) => {
    const { store, reach, caller, now } = context
    const [offer] = await store.offers.ofMessages([messageId])
    if (!offer) throw new OperationError('not_found')
    assertMay(decision, offer, context)
    if (isRepeated(offer, decision, context)) return { offer: offerAt(offer, now) }
    assertOpen(offer, context)
    const { rev } = await store.heads.step(reach.conversation.id)
    const status = statuses[decision]
    const history = [...offer.history, stepOf(status, messageId, termsOf(offer), context)]
    const decided = { ...offer, status, history, rev }
    await store.offers.close(decided)
    const shown = offerAt(decided, now)
    context.emit({
      name: 'offer.decided',
      payload: { conversationId: reach.conversation.id, rev, offers: [shown], users: [caller.user] },
      audience: audienceOf(reach.conversation),
    })
    return { offer: shown }
  },
}
