import { z } from 'zod'
import { Id, Timestamp } from '../../primitives.ts'
import { currencyCodes } from './currencies.ts'
import { isDetails, offerLimits } from './offer-rules.ts'

export type OfferDetails = Readonly<Record<string, unknown>>

/** The terms of an offer, a part of the body of its message. They never change; its state is an `Offer`. */
export const OfferPart = z
  .strictObject({
    amount: z
      .int()
      .min(0)
      .max(offerLimits.amount)
      .describe('In the smallest unit of the currency: 1250 is 12.50 EUR, and 1250 JPY.'),
    currency: z
      .enum(currencyCodes as [string, ...string[]])
      .meta({ id: 'Currency', description: 'A code of ISO 4217.' }),
    details: (z.unknown() as z.ZodType<OfferDetails, OfferDetails>)
      .refine(isDetails, `must be a plain object of at most ${offerLimits.detailsBytes} bytes`)
      .meta({
        type: 'object',
        description: `Other terms: a plain object of at most ${offerLimits.detailsBytes} bytes as JSON, nested at most ${offerLimits.detailsDepth} deep.`,
      })
      .optional(),
    expiresAt: Timestamp.max(offerLimits.expiresAt).optional().describe('It cannot be accepted from this time on.'),
    answers: Id.optional().describe('The message of the offer that this one counters and so closes.'),
  })
  .meta({ id: 'OfferPart' })
export type OfferPart = z.output<typeof OfferPart>
