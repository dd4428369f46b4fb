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
    messageId: Id.describe('The message of the offer that was made or decided.'),
    userId: Id.describe('The user who made or decided it.'),
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
    userId: Id.describe('The user who made it.'),
    status: OfferStatus.describe(
      'An offer expires without a change or a rev: clients compare the `expiresAt` of an open offer with their clock.',
    ),
    expiresAt: Timestamp.nullable(),
    counterId: Id.nullable().describe('The message of the offer that countered this one.'),
    history: z
      .array(OfferStep)
      .describe(
        `The steps of the negotiation in order, at most ${offerLimits.steps}, including those of the offers that this one answers. Steps of deleted messages are left out.`,
      ),
  })
  .meta({ id: 'Offer' })
export type Offer = z.output<typeof Offer>

/** The state of the offers in the messages of a page, summary or change. */
export const offerSideRows = {
  offers: z.array(Offer).default([]).describe('The state of the offers in these messages.'),
}

export const OfferDecision = z.enum(['accept', 'decline', 'withdraw'])
export type OfferDecision = z.output<typeof OfferDecision>

export const offers = feature({
  nouns: ['offer'],
  about:
    'An amount that somebody offers in a message, until it is accepted, declined, countered by another offer, withdrawn or expired. In a direct conversation the other person accepts, declines or counters. In a room, the first other member who accepts or counters closes it, and moderators can decline. Only its maker can withdraw an offer.',
  operations: {
    'offer.decide': command({
      summary:
        'Accepts, declines or withdraws an open offer. The same decision again by the same user changes nothing. To counter, send a message whose offer `answers` this one.',
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
