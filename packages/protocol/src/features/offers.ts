import { z } from 'zod'
import { command, conversationEvent, feature } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, Rev, Timestamp } from '../primitives.ts'
import { OfferPart } from './body/offer-part.ts'
import { offerLimits } from './body/offer-rules.ts'

export type { OfferDetails, OfferPart } from './body/offer-part.ts'

const { amount, currency } = OfferPart.shape

export const OfferStatus = z.enum(['open', 'accepted', 'declined', 'countered', 'withdrawn', 'expired'])
export type OfferStatus = z.output<typeof OfferStatus>

const OfferStep = z
  .strictObject({
    messageId: Id.describe('The offer that was made or decided.'),
    userId: Id.describe('Who did it.'),
    at: Timestamp,
    action: z.enum(['offered', 'countered', 'accepted', 'declined', 'withdrawn']),
    amount,
    currency,
  })
  .meta({ id: 'OfferStep' })
export type OfferStep = z.output<typeof OfferStep>

export const Offer = z
  .strictObject({
    messageId: Id,
    rev: Rev,
    userId: Id.describe('Who made it.'),
    status: OfferStatus.describe(
      '`expired` is an open one whose time is over. It is no change and has no rev: whoever shows an open offer looks at `expiresAt`.',
    ),
    expiresAt: Timestamp.nullable(),
    counterId: Id.nullable().describe('The message of the offer that countered this one.'),
    history: z
      .array(OfferStep)
      .describe(
        `What led here, in its order, ${offerLimits.steps} steps at most: also the offers that this one answers. What belongs to a deleted message is not in it.`,
      ),
  })
  .meta({ id: 'Offer' })
export type Offer = z.output<typeof Offer>

/** What became of the offers that other rows speak of. */
export const offerSideRows = {
  offers: z.array(Offer).default([]).describe('What became of the offers in these messages.'),
}

export const OfferDecision = z.enum(['accept', 'decline', 'withdraw'])
export type OfferDecision = z.output<typeof OfferDecision>

export const offers = feature({
  nouns: ['offer'],
  about:
    'An amount that somebody offers in a message, until it is accepted, declined, countered by another offer, withdrawn or expired. In a direct conversation the other person accepts, declines or counters. In a room any other member accepts or counters, the first one who does, and moderators decline. Only its maker withdraws an offer.',
  operations: {
    'offer.decide': command({
      summary:
        'Accepts, declines or withdraws an open offer. The same again by the same user changes nothing. A counter is a message whose offer `answers` this one.',
      http: { method: 'PUT', path: '/messages/:messageId/offer/decision' },
      input: z.strictObject({ messageId: Id, decision: OfferDecision }),
      example: { messageId: exampleIds.message, decision: 'accept' },
      output: z.strictObject({ offer: Offer }),
      errors: ['not_found', 'forbidden', 'offer_closed'],
    }),
  },
  events: {
    'offer.decided': conversationEvent('An offer was accepted, declined or withdrawn.'),
  },
  conversationRows: {
    offers: z.array(Offer).optional(),
  },
})
