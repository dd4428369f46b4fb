import type { PendingMessage } from '@parley/client'
import type { Message } from '@parley/protocol'
import type { Texts } from '../texts/english/english.ts'
import { type KnownParts, partSummaries } from './part-summaries.ts'

/**
 * A message in one line, for lists and announcements: its text, and what it has beside it. `known` may be its conversation,
 * where that is at hand.
 */
export function messageSummary({ body, type }: Message | PendingMessage, texts: Texts, known?: KnownParts): string {
  if (!body) return texts.messages.deleted
  if (body.kind === 'sealed') return texts.messages.encrypted
  const text = body.text.replace(/\s+/gu, ' ').trim()
  const parts = partSummaries.flatMap((summary) => summary({ body, type, known }, texts) ?? [])
  return [...parts, ...(text === '' ? [] : [text])].join(' · ')
}
