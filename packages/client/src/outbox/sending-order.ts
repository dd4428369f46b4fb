import type { OutboxItem } from './outbox-item.ts'

/** The first break may have had another cause; after so many, a message is thought to be what breaks the connection. */
export const mostBreaks = 4

/**
 * The item to send next in a conversation: its first that is queued and not held back. Failed ones block nothing; the
 * caller waits for the one on its way. A message on whose way the connection broke goes again alone, before all of
 * every conversation, so that the next break says something about it and nothing about the others.
 */
export function nextToSend(items: Iterable<OutboxItem>, conversationId: string): OutboxItem | undefined {
  let next: OutboxItem | undefined
  let suspect: OutboxItem | undefined
  let isAnyOnItsWay = false
  for (const item of items) {
    const mayLeave = item.status === 'queued' && !item.heldBack
    isAnyOnItsWay ||= item.status === 'sending'
    if (item.isSuspect && (item.status === 'sending' || mayLeave)) suspect ??= item
    if (mayLeave && item.entry.conversationId === conversationId) next ??= item
  }
  if (!suspect) return next
  return isAnyOnItsWay || suspect.entry.conversationId !== conversationId ? undefined : suspect
}
