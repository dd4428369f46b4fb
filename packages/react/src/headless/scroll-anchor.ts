import type { ScrollAnchor } from '../hooks/scroll-view.ts'

const anchors = (scroller: Element) => scroller.querySelectorAll<HTMLElement>('[data-anchor]')

/** The first anchor element that reaches into sight. They stand one below the other, so halving finds it. */
function firstInSight(scroller: Element): HTMLElement | undefined {
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

export function takeAnchor(scroller: Element): ScrollAnchor | null {
  const element = firstInSight(scroller)
  return element ? { key: element.dataset.anchor ?? '', offset: offsetIn(scroller, element) } : null
}

export const findAnchor = (scroller: Element, key: string): HTMLElement | null =>
  scroller.querySelector<HTMLElement>(`[data-anchor="${CSS.escape(key)}"]`)

/** Scrolls so that the anchor stands where it stood; false if it is gone. */
export function restoreAnchor(scroller: Element, anchor: ScrollAnchor | null): boolean {
  const element = anchor && findAnchor(scroller, anchor.key)
  if (!element) return false
  const drift = offsetIn(scroller, element) - anchor.offset
  if (drift !== 0) scroller.scrollTop += drift
  return true
}

/** Between the end of what is scrolled and the bottom edge of the scroller, in px. */
export const distanceToEnd = (scroller: Element): number =>
  scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop
