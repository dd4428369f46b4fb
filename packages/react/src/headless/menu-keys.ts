import type { KeyboardEvent } from 'react'
import { focusedElement } from '../hooks/focused-element.ts'

/** The elements inside the layer whose role begins with `menuitem`, in their order; empty for null. */
export const menuItemsOf = (layer: Element | null) => [
  ...(layer?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? []),
]

/** The item that a key focuses (WAI-ARIA menu pattern), or undefined for any other key. */
function targetOf(key: string, items: HTMLElement[]): HTMLElement | undefined {
  const at = items.indexOf(focusedElement() as HTMLElement)
  if (key === 'ArrowDown') return items[(at + 1) % items.length]
  if (key === 'ArrowUp') return items[(Math.max(at, 0) + items.length - 1) % items.length]
  if (key === 'Home') return items[0]
  if (key === 'End') return items.at(-1)
  if (key.length > 1) return undefined
  const rest = [...items.slice(at + 1), ...items.slice(0, at + 1)]
  return rest.find((item) => item.textContent?.trim().toLowerCase().startsWith(key.toLowerCase()))
}

/**
 * Handles a key in a menu: ArrowUp and ArrowDown (around the ends), Home, End and first letters focus an item, unless
 * Ctrl, Meta or Alt is pressed; Tab and Escape call `leave`, which must close the menu and move the focus. Stops the
 * propagation of every key, so that it does not reach elements around the menu. Other keys, such as Enter, and Tab keep
 * their default.
 */
export function followMenuKey(event: KeyboardEvent, menu: Element | null, leave: () => void): void {
  event.stopPropagation()
  // The browser would report the closed popover in a later task, and could also close a layer below.
  if (event.key === 'Escape') event.preventDefault()
  if (event.key === 'Tab' || event.key === 'Escape') leave()
  const isShortcut = event.ctrlKey || event.metaKey || event.altKey
  const target = isShortcut ? undefined : targetOf(event.key, menuItemsOf(menu))
  if (!target) return
  event.preventDefault()
  target.focus()
}
