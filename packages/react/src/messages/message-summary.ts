import type { PendingMessage } from '@parley/client'
import type { Message } from '@parley/protocol'

/** A message in one line, for lists and announcements. */
export function messageSummary(message: Message | PendingMessage): string {
  if (!message.body) return 'Message deleted'
  if (message.body.kind === 'sealed') return 'Encrypted message'
  return message.body.text.replace(/\s+/gu, ' ').trim()
}
