import type { KeyboardEvent } from 'react'

/** By how many elements a key moves in a row, or in a grid of so many columns, if lines run from left to right. */
const stepOf = (key: string, columns: number): number => {
  if (key === 'ArrowRight') return 1
  if (key === 'ArrowLeft') return -1
  if (key === 'ArrowDown') return columns
  return key === 'ArrowUp' ? -columns : 0
}

/** The element that a key focuses, if there is one. */
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
 * Handles a key: Home and End focus the first and last element; ArrowRight and ArrowLeft (swapped where text runs from
 * right to left) focus the next and the previous one, and do nothing at an end. With `columns`, ArrowUp and ArrowDown
 * move by a line. Arrows need the focus on one of the elements. Keys with Alt, Ctrl or Meta do nothing: they belong to
 * the browser. Returns true if it focused an element, and only then prevents the default.
 *
 * @example <div role="toolbar" onKeyDown={(event) => moveFocus(event, buttonsOf(event.currentTarget))}>…</div>
 */
export function moveFocus(event: KeyboardEvent, elements: readonly HTMLElement[], columns = 0): boolean {
  const isShortcut = event.altKey || event.ctrlKey || event.metaKey
  const target = isShortcut ? undefined : targetOf(event, elements, columns)
  if (!target) return false
  event.preventDefault()
  target.focus()
  return true
}
