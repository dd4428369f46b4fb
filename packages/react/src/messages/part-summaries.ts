import type { Attachment, Body } from '@parley/protocol'
import { attachmentSummary } from '../attachments/attachment-summary.ts'
import { offerSummary } from '../offers/offer-summary.ts'
import type { Texts } from '../texts/english/english.ts'

/** What is known of the parts of messages. */
export interface KnownParts {
  attachments: Readonly<Record<string, Pick<Attachment, 'kind'>>>
}

/** A message that can be read. */
export interface SummarizedMessage {
  body: Extract<Body, { kind: 'plain' }>
  type: string
  known?: KnownParts | undefined
}

/** What features say in one line of what they add to a body; undefined where the body does not have it. */
export const partSummaries: readonly ((message: SummarizedMessage, texts: Texts) => string | undefined)[] = [
  attachmentSummary,
  offerSummary,
]
