import { type KeyboardEvent, type RefObject, useCallback, useLayoutEffect } from 'react'
import { focusedElement } from '../hooks/focused-element.ts'

const focusable =
  'a[href], button:enabled, input:enabled, textarea:enabled, select:enabled, [tabindex]:not([tabindex="-1"])'

const isShown = (element: Element) => element.getClientRects().length > 0

/**
 * The element of a region that takes the focus: the first visible one with `data-region-entry`, else the first visible
 * focusable one; undefined if there is none. It does not focus it.
 */
export function entryOf(region: Element): HTMLElement | undefined {
  const named = [...region.querySelectorAll<HTMLElement>('[data-region-entry]')].find(isShown)
  return named ?? [...region.querySelectorAll<HTMLElement>(focusable)].find(isShown)
}

/**
 * Returns a key handler, always the same: F6 and Shift+F6 (not with Alt or Meta) move the focus to the next or previous
 * visible element with `data-region` inside the handler's element, around the ends; from outside of them to the first
 * or the last. The focus goes to the entry of the region (`data-region-entry`, else its first focusable element); a
 * region without one is skipped.
 *
 * @example <div onKeyDown={useRegions()}><nav data-region>…</nav><main data-region>…</main></div>
 */
export function useRegions(): (event: KeyboardEvent<HTMLElement>) => void {
  return useCallback((event) => changeRegion(event, event.currentTarget), [])
}

/**
 * While `isEnabled`, handles F6 and Shift+F6 as `useRegions` does while no element has the focus, for example after a
 * form was removed. Only for pages that belong to Parley, because it listens on the document.
 */
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
  // The innermost, because regions can be nested.
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
