import type { PendingMessage } from '@parley/client'
import type { Attachment, Message } from '@parley/protocol'
import { attachmentSummary } from '../attachments/attachment-summary.ts'
import type { Texts } from '../texts/english/english.ts'

interface Known {
  attachments: Readonly<Record<string, Pick<Attachment, 'kind'>>>
}

/** A message in one line, for lists and announcements. `known` may be its conversation, where that is at hand. */
export function messageSummary(
  message: Message | PendingMessage,
  { messages, attachments }: Pick<Texts, 'messages' | 'attachments'>,
  known?: Known,
): string {
  const { body, type } = message
  if (!body) return messages.deleted
  if (body.kind === 'sealed') return messages.encrypted
  const text = body.text.replace(/\s+/gu, ' ').trim()
  if (!body.attachments) return text
  return attachmentSummary({ ids: body.attachments, type, text, known: known?.attachments ?? {} }, attachments)
}
