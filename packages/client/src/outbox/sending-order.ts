import type { OutboxItem } from './outbox-item.ts'

/** The first break may have had another cause; after so many, a message is thought to be what breaks the connection. */
export const mostBreaks = 4

/**
 * Returns the first item of a conversation that is queued and not held back; undefined if there is none. The caller
 * makes sure that no other one of the conversation is on its way. Exception: an item on whose way the connection broke
 * goes again alone, before all others, so that the next break says something about it alone. While there is one, the
 * result is this item in its own conversation, and undefined in others and while any item is on its way.
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
