/** Distance from the opener, in px. */
const gap = 4
/** Least distance from the edges of the window, in px. */
const margin = 8

/**
 * Sets `top` and `left` of a layer once: below the element that opened it, or above if there is no room below; aligned
 * with its start, or with its end if there is no room; at least 8 px from the edges of the window. The layer must be
 * rendered with `position: fixed`. It uses the CSSOM, which a strict content security policy allows.
 */
export function placeBeside(layer: HTMLElement, opener: Element): void {
  const from = opener.getBoundingClientRect()
  const { width, height } = layer.getBoundingClientRect()
  const below = from.bottom + gap
  const top = below + height + margin > innerHeight ? from.top - gap - height : below
  // Aligned with the start of the opener if that fits, else with its end.
  const isRightToLeft = getComputedStyle(opener).direction === 'rtl'
  const start = isRightToLeft ? from.right - width : from.left
  const end = isRightToLeft ? from.left : from.right - width
  const fits = start >= margin && start + width + margin <= innerWidth
  const left = fits ? start : end
  layer.style.setProperty('top', `${Math.max(margin, top)}px`)
  layer.style.setProperty('left', `${Math.max(margin, Math.min(left, innerWidth - width - margin))}px`)
}
