import type { PendingMessage } from '@parley/client'
import type { Message } from '@parley/protocol'
import type { Texts } from '../texts/english/english.ts'

/** A message in one line, for lists and announcements. */
export function messageSummary(message: Message | PendingMessage, texts: Texts['messages']): string {
  if (!message.body) return texts.deleted
  if (message.body.kind === 'sealed') return texts.encrypted
  return message.body.text.replace(/\s+/gu, ' ').trim()
}
