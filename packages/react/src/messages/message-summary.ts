import type { ConversationState, PendingMessage } from '@parley/client'
import type { Message } from '@parley/protocol'
import { attachmentSummary } from '../attachments/attachment-summary.ts'
import type { Texts } from '../texts/english/english.ts'

/** A message in one line, for lists and announcements. `held` is its conversation, where it is at hand. */
export function messageSummary(
  message: Message | PendingMessage,
  { messages, attachments }: Pick<Texts, 'messages' | 'attachments'>,
  held?: Pick<ConversationState, 'attachments'>,
): string {
  const { body, type } = message
  if (!body) return messages.deleted
  if (body.kind === 'sealed') return messages.encrypted
  const text = body.text.replace(/\s+/gu, ' ').trim()
  if (!body.attachments) return text
  return attachmentSummary({ ids: body.attachments, type, text, known: held?.attachments ?? {} }, attachments)
}
