/** A scroll position relative to a visible element, so that it stays valid when rows around it are added or removed. */
export interface ScrollAnchor {
  key: string
  /** From the top edge of the scroller to the top edge of the element, in px. */
  offset: number
}

/** Where to scroll: to the end, to an earlier position, or to a row, which is placed a third from the top. */
export type ScrollTarget = 'end' | ScrollAnchor | { key: string }

/** The position of a scroller; distances and height in px. */
export interface ScrollView {
  anchor: ScrollAnchor | null
  distanceToStart: number
  distanceToEnd: number
  height: number
}

/** Within this many px of the end, a new message scrolls the list to the end. */
export const nearEnd = 100
