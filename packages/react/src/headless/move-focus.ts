import type { KeyboardEvent } from 'react'

/** How far a key leads in a row, or in a grid of so many columns, where lines run from left to right. */
const stepOf = (key: string, columns: number): number => {
  if (key === 'ArrowRight') return 1
  if (key === 'ArrowLeft') return -1
  if (key === 'ArrowDown') return columns
  return key === 'ArrowUp' ? -columns : 0
}

/** The element that a key leads to, or undefined where there is none. */
function targetOf(event: KeyboardEvent, elements: readonly HTMLElement[], columns: number): HTMLElement | undefined {
  if (event.key === 'Home') return elements[0]
  if (event.key === 'End') return elements.at(-1)
  const isSideways = event.key === 'ArrowLeft' || event.key === 'ArrowRight'
  const isRightToLeft = isSideways && getComputedStyle(event.currentTarget).direction === 'rtl'
  const step = stepOf(event.key, columns) * (isRightToLeft ? -1 : 1)
  const at = elements.indexOf(event.target as HTMLElement)
  return step === 0 || at < 0 ? undefined : elements[at + step]
}

/**
 * Sideways arrows, Home and End lead along the elements, and in a grid the other arrows to the next line. True if the key
 * led somewhere.
 *
 * @example <div role="toolbar" onKeyDown={(event) => moveFocus(event, buttonsOf(event.currentTarget))}>…</div>
 */
export function moveFocus(event: KeyboardEvent, elements: readonly HTMLElement[], columns = 0): boolean {
  const target = targetOf(event, elements, columns)
  if (!target) return false
  event.preventDefault()
  target.focus()
  return true
}
