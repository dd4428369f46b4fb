import { type KeyboardEvent, type RefObject, useCallback, useLayoutEffect } from 'react'
import { focusedElement } from '../hooks/focused-element.ts'

const focusable =
  'a[href], button:enabled, input:enabled, textarea:enabled, select:enabled, [tabindex]:not([tabindex="-1"])'

const isShown = (element: Element) => element.getClientRects().length > 0

/** Where the focus goes in a region: what it named for that, else its first element that takes it. */
export function entryOf(region: Element): HTMLElement | undefined {
  const named = [...region.querySelectorAll<HTMLElement>('[data-region-entry]')].find(isShown)
  return named ?? [...region.querySelectorAll<HTMLElement>(focusable)].find(isShown)
}

/**
 * F6 and Shift+F6 lead around the regions of a page: the elements inside that carry `data-region`.
 *
 * @example <div onKeyDown={useRegions()}><nav data-region>…</nav><main data-region>…</main></div>
 */
export function useRegions(): (event: KeyboardEvent<HTMLElement>) => void {
  return useCallback((event) => changeRegion(event, event.currentTarget), [])
}

/** The same keys where nothing has the focus, as after a form that is gone: only for a page that is all ours. */
export function useRegionsFromNowhere(page: RefObject<HTMLElement | null>, isEnabled: boolean): void {
  useLayoutEffect(() => {
    if (!isEnabled) return
    const press = (event: globalThis.KeyboardEvent) => {
      if (page.current && event.target === document.body) changeRegion(event, page.current)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [page, isEnabled])
}

type RegionKey = Pick<KeyboardEvent, 'key' | 'altKey' | 'metaKey' | 'shiftKey' | 'preventDefault'>

function changeRegion(event: RegionKey, page: Element): void {
  if (event.key !== 'F6' || event.altKey || event.metaKey) return
  event.preventDefault()
  const regions = [...page.querySelectorAll('[data-region]')].filter(isShown)
  // The innermost: a region may stand inside another.
  const at = regions.findLastIndex((region) => region.contains(focusedElement()))
  const step = event.shiftKey ? -1 : 1
  for (let count = 1; count <= regions.length; count++) {
    const region = regions[(Math.max(at, step < 0 ? 0 : -1) + step * count + regions.length * 2) % regions.length]
    const entry = region && entryOf(region)
    if (!entry) continue
    entry.focus()
    return
  }
}
