/** Where a scroller stands, told by an element in sight: it holds whatever is added or taken away around it. */
export interface ScrollAnchor {
  key: string
  /** From the top edge of the scroller to the top edge of the element, in px. */
  offset: number
}

/** Where to scroll: to the end, to an element as it stood once, or to an element a third from the top. */
export type ScrollTarget = 'end' | ScrollAnchor | { key: string }

export interface ScrollView {
  anchor: ScrollAnchor | null
  /** All in px. */
  distanceToStart: number
  distanceToEnd: number
  height: number
}

/** Within this many px of the end, what is new is followed. */
export const nearEnd = 100
