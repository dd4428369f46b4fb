import type { PendingMessage } from '@parley/client'
import type { Message } from '@parley/protocol'
import type { Texts } from '../texts/english/english.ts'
import { type KnownParts, partSummaries } from './part-summaries.ts'

/**
 * A message in one line of any length, for lists and announcements: a few words for each of its parts, then its text
 * without line breaks, joined by ` · `; '' if it has neither; a fixed sentence for a deleted or an encrypted one.
 * Without the sender's name. `known` has the details of parts, such as the kinds of attachments; a `ConversationState`
 * fits. Without it, the words are more general.
 */
export function messageSummary({ body, type }: Message | PendingMessage, texts: Texts, known?: KnownParts): string {
  if (!body) return texts.messages.deleted
  if (body.kind === 'sealed') return texts.messages.encrypted
  const text = body.text.replace(/\s+/gu, ' ').trim()
  const parts = partSummaries.flatMap((summary) => summary({ body, type, known }, texts) ?? [])
  return [...parts, ...(text === '' ? [] : [text])].join(' · ')
}
