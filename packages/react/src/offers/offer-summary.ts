import type { SummarizedMessage } from '../messages/part-summaries.ts'
import type { Texts } from '../texts/english/english.ts'
import { formatMoney } from './money.ts'

/**
 * The offer of a body in a few words with its amount, as first made, without its status; undefined if the body has
 * none.
 */
export const offerSummary = ({ body: { offer } }: SummarizedMessage, { offers }: Texts): string | undefined =>
  offer && offers.summary(formatMoney(offer.amount, offer.currency))
