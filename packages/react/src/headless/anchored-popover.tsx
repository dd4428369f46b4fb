import { type HTMLAttributes, type RefObject, useLayoutEffect, useRef } from 'react'
import { focusedElement } from '../hooks/focused-element.ts'
import { placeBeside } from './place-beside.ts'
import { entryOf } from './use-regions.ts'

interface AnchoredPopoverProps extends HTMLAttributes<HTMLDivElement> {
  /** The element beside which the popover opens. */
  anchor: Element
  /** Called after Escape or a press outside. */
  onClose: () => void
}

/**
 * A layer below or above an element, open while it is mounted: a native popover in the top layer. Escape (unless your
 * `onKeyDown` prevents the default) and a press outside call `onClose`, which must unmount it. Focuses the element with
 * `data-dialog-entry`, else the first focusable one, else itself, and returns the focus at the end if it still has it.
 * Keys do not reach the elements around it.
 *
 * @example {anchor && <AnchoredPopover anchor={anchor} onClose={close}>…</AnchoredPopover>}
 */
export function AnchoredPopover({ anchor, onClose, onKeyDown, ...native }: AnchoredPopoverProps) {
  const layer = useRef<HTMLDivElement>(null)
  useOpenPopover(layer, onClose)
  usePlace(layer, anchor)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys pressed inside must not reach the elements around it
    <div
      {...native}
      ref={layer}
      tabIndex={-1}
      popover="auto"
      onKeyDown={(event) => {
        event.stopPropagation()
        onKeyDown?.(event)
        if (event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing) return
        // The browser would report a closed popover in a later task, and the next key may come before that.
        event.preventDefault()
        onClose()
      }}
    />
  )
}

/** A layout effect, because its cleanup runs before React removes the element, when it can still have the focus. */
function useOpenPopover(layer: RefObject<HTMLElement | null>, onClose: () => void) {
  const latest = useRef(onClose)
  latest.current = onClose
  useLayoutEffect(() => {
    const element = layer.current
    if (!element) return
    const opener = focusedElement()
    element.showPopover()
    const entry = element.querySelector<HTMLElement>('[data-dialog-entry]') ?? entryOf(element)
    // An empty layer takes the focus itself, so that keys do not reach the elements around it.
    const target = entry ?? element
    target.focus({ preventScroll: true })
    const toggled = ({ newState }: ToggleEvent) => newState === 'closed' && latest.current()
    element.addEventListener('toggle', toggled)
    return () => {
      element.removeEventListener('toggle', toggled)
      const focused = focusedElement()
      const losesFocus = focused === null || element.contains(focused)
      if (element.matches(':popover-open')) element.hidePopover()
      if (losesFocus && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
    }
  }, [layer])
}

/** Places the layer beside the anchor, again after each change of its size. */
function usePlace(layer: RefObject<HTMLElement | null>, anchor: Element) {
  useLayoutEffect(() => {
    const element = layer.current
    if (!element) return
    const place = () => anchor.isConnected && placeBeside(element, anchor)
    place()
    const sizes = new ResizeObserver(place)
    sizes.observe(element)
    return () => sizes.disconnect()
  }, [layer, anchor])
}
