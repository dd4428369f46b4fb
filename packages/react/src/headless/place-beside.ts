const gap = 4
const margin = 8

/**
 * Puts a layer under the element that opened it, or above where there is no room, never outside the window. The
 * position is set through the CSSOM, which a strict content security policy allows.
 */
export function placeBeside(layer: HTMLElement, opener: Element): void {
  const from = opener.getBoundingClientRect()
  const { width, height } = layer.getBoundingClientRect()
  const below = from.bottom + gap
  const top = below + height + margin > innerHeight ? from.top - gap - height : below
  // Aligned with the opener's start where that fits, else with its end.
  const isRightToLeft = getComputedStyle(opener).direction === 'rtl'
  const start = isRightToLeft ? from.right - width : from.left
  const end = isRightToLeft ? from.left : from.right - width
  const fits = start >= margin && start + width + margin <= innerWidth
  const left = fits ? start : end
  layer.style.setProperty('top', `${Math.max(margin, top)}px`)
  layer.style.setProperty('left', `${Math.max(margin, Math.min(left, innerWidth - width - margin))}px`)
}
