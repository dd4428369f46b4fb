import type { Body } from '@parley/protocol'
import { offerSummary } from '../offers/offer-summary.ts'
import type { Texts } from '../texts/english/english.ts'

type PlainBody = Extract<Body, { kind: 'plain' }>

/** What features say in one line of what they add to a body; undefined where the body does not have it. */
export const partSummaries: readonly ((body: PlainBody, texts: Texts) => string | undefined)[] = [offerSummary]
