import type { Body } from '@parley/protocol'
import type { Texts } from '../texts/english/english.ts'
import { formatMoney } from './money.ts'

type PlainBody = Extract<Body, { kind: 'plain' }>

/** An offer in one line. */
export const offerSummary = ({ offer }: PlainBody, { offers }: Texts): string | undefined =>
  offer && offers.summary(formatMoney(offer.amount, offer.currency))
