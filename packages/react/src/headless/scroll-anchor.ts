import type { ScrollAnchor } from '../hooks/scroll-view.ts'

const anchors = (scroller: Element) => scroller.querySelectorAll<HTMLElement>('[data-anchor]')

/** The first anchor element that is at least partly visible, by binary search, because they are in vertical order. */
function firstVisible(scroller: Element): HTMLElement | undefined {
  const elements = anchors(scroller)
  const edge = scroller.getBoundingClientRect().top
  let [from, to] = [0, elements.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((elements[middle]?.getBoundingClientRect().bottom ?? 0) <= edge) from = middle + 1
    else to = middle
  }
  return elements[from]
}

const offsetIn = (scroller: Element, element: Element) =>
  element.getBoundingClientRect().top - scroller.getBoundingClientRect().top

/**
 * The `key` (`data-anchor`) of the first element with one that is not entirely above the top edge of the scroller, and
 * its `offset` from that edge in px, negative if it begins above; null if there is none. These elements must be in
 * vertical order.
 */
export function currentAnchor(scroller: Element): ScrollAnchor | null {
  const element = firstVisible(scroller)
  return element ? { key: element.dataset.anchor ?? '', offset: offsetIn(scroller, element) } : null
}

/** The rendered element with this key (`data-anchor`), or null. */
export const findAnchor = (scroller: Element, key: string): HTMLElement | null =>
  scroller.querySelector<HTMLElement>(`[data-anchor="${CSS.escape(key)}"]`)

/**
 * Scrolls so that the anchor is at its offset again. Returns false, without scrolling, for null or if its element is
 * gone.
 */
export function restoreAnchor(scroller: Element, anchor: ScrollAnchor | null): boolean {
  const element = anchor && findAnchor(scroller, anchor.key)
  if (!element) return false
  const drift = offsetIn(scroller, element) - anchor.offset
  if (drift !== 0) scroller.scrollTop += drift
  return true
}

/** From the bottom edge of the scroller to the end of its content, in px; 0 at the end. */
export const distanceToEnd = (scroller: Element): number =>
  scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop
