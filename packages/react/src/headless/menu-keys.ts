import type { KeyboardEvent } from 'react'
import { focusedElement } from '../hooks/focused-element.ts'

export const itemsOf = (layer: Element | null) => [
  ...(layer?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? []),
]

/** The item that a key leads to (WAI-ARIA menu pattern), or undefined if the key is none of ours. */
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
 * The keyboard in a menu: arrows, Home, End and first letters lead to an item; Tab and Escape leave. A browser closes the
 * popover by Escape itself, but in a shadow root it does not give the focus back.
 */
export function followMenuKey(event: KeyboardEvent, menu: Element | null, leave: () => void): void {
  event.stopPropagation()
  // Closed here, because the browser reports what it closed in a later task; nor may it close what lies below.
  if (event.key === 'Escape') event.preventDefault()
  if (event.key === 'Tab' || event.key === 'Escape') leave()
  const target = targetOf(event.key, itemsOf(menu))
  if (!target) return
  event.preventDefault()
  target.focus()
}
