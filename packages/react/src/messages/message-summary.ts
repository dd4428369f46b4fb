import type { PendingMessage } from '@parley/client'
import type { Message } from '@parley/protocol'
import type { Texts } from '../texts/english/english.ts'
import { partSummaries } from './part-summaries.ts'

/** A message in one line, for lists and announcements: its text, or what it has instead. */
export function messageSummary({ body }: Message | PendingMessage, texts: Texts): string {
  if (!body) return texts.messages.deleted
  if (body.kind === 'sealed') return texts.messages.encrypted
  const text = body.text.replace(/\s+/gu, ' ').trim()
  const parts = partSummaries.flatMap((summary) => summary(body, texts) ?? [])
  return [...parts, ...(text === '' ? [] : [text])].join(' · ')
}
