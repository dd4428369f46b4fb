import type { ScrollAnchor } from '../../hooks/scroll-view.ts'

/** The last scroll position in each conversation. It lasts as long as the page. */
export interface ScrollMemory {
  recall(conversationId: string): ScrollAnchor | undefined
  /** Null, for the end of the conversation, forgets the position. */
  remember(conversationId: string, anchor: ScrollAnchor | null): void
}

/**
 * Makes an empty memory of the last scroll position in each conversation. It is kept in this object only. `recall`
 * returns undefined if there is none; `remember` with null, for the end of the conversation, forgets the position.
 */
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
