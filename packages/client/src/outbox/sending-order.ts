import type { OutboxItem } from './outbox-item.ts'

/** The first break may have had another cause; after so many, a message is thought to be what breaks the connection. */
export const mostBreaks = 4

/**
 * What may leave next in a conversation: the first that waits. A message on whose way the connection broke goes again
 * alone, so that the next break says something about it and nothing about those of other conversations.
 */
export function nextToSend(items: Iterable<OutboxItem>, conversationId: string): OutboxItem | undefined {
  let next: OutboxItem | undefined
  let suspect: OutboxItem | undefined
  let isAnyOnItsWay = false
  for (const item of items) {
    isAnyOnItsWay ||= item.status === 'sending'
    if (item.isSuspect && (item.status === 'sending' || item.status === 'queued')) suspect ??= item
    const mayLeave = item.status === 'queued' && !item.heldBack
    if (mayLeave && item.entry.conversationId === conversationId) next ??= item
  }
  if (!suspect) return next
  return isAnyOnItsWay || suspect.entry.conversationId !== conversationId ? undefined : suspect
}
