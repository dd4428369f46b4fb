import type { Attachment, Body } from '@parley/protocol'
import { attachmentSummary } from '../attachments/attachment-summary.ts'
import { offerSummary } from '../offers/offer-summary.ts'
import type { Texts } from '../texts/english/english.ts'

/** Details of the parts of messages, by id. */
export interface KnownParts {
  attachments: Readonly<Record<string, Pick<Attachment, 'kind'>>>
}

/** A message with a plain body. */
export interface SummarizedMessage {
  body: Extract<Body, { kind: 'plain' }>
  type: string
  known?: KnownParts | undefined
}

/** One function per feature: summarises its part of a body in a few words; undefined if the body does not have it. */
export const partSummaries: readonly ((message: SummarizedMessage, texts: Texts) => string | undefined)[] = [
  attachmentSummary,
  offerSummary,
]
