import type { ScrollAnchor } from '../../hooks/scroll-view.ts'

/** Where the person scrolled to in each conversation, as long as the page lives. */
export interface ScrollMemory {
  recall(conversationId: string): ScrollAnchor | undefined
  /** Null at the end of the conversation, which needs no memory. */
  remember(conversationId: string, anchor: ScrollAnchor | null): void
}

export function createScrollMemory(): ScrollMemory {
  const anchors = new Map<string, ScrollAnchor>()
  return {
    recall: (conversationId) => anchors.get(conversationId),
    remember(conversationId, anchor) {
      if (anchor) anchors.set(conversationId, anchor)
      else anchors.delete(conversationId)
    },
  }
}
