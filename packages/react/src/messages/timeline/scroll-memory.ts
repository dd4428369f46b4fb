import type { ScrollAnchor } from '../../headless/scroll-anchor.ts'

/** Where one stood in each conversation, as long as the page lives. */
export interface Places {
  recall(conversationId: string): ScrollAnchor | undefined
  /** Null once one stands at the end, which needs no memory. */
  keep(conversationId: string, place: ScrollAnchor | null): void
}

export function createPlaces(): Places {
  const places = new Map<string, ScrollAnchor>()
  return {
    recall: (conversationId) => places.get(conversationId),
    keep(conversationId, place) {
      if (place) places.set(conversationId, place)
      else places.delete(conversationId)
    },
  }
}
