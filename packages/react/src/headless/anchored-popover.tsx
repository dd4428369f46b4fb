import { type HTMLAttributes, type RefObject, useLayoutEffect, useRef } from 'react'
import { focusedElement } from '../hooks/focused-element.ts'
import { placeBeside } from './place-beside.ts'
import { entryOf } from './use-regions.ts'

interface AnchoredPopoverProps extends HTMLAttributes<HTMLDivElement> {
  /** What it stands beside. */
  anchor: Element
  /** Escape was pressed, or something else was. */
  onClose: () => void
}

/**
 * A layer beside an element, open as long as it is mounted: the native popover brings the top layer, Escape and the
 * click elsewhere. The focus goes to what carries `data-dialog-entry`, else to what takes it first, and back afterwards.
 *
 * @example {anchor && <AnchoredPopover anchor={anchor} onClose={close}>…</AnchoredPopover>}
 */
export function AnchoredPopover({ anchor, onClose, onKeyDown, ...native }: AnchoredPopoverProps) {
  const layer = useRef<HTMLDivElement>(null)
  useOpenPopover(layer, onClose)
  usePlace(layer, anchor)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys inside are not for what stands around it
    <div
      {...native}
      ref={layer}
      tabIndex={-1}
      popover="auto"
      onKeyDown={(event) => {
        event.stopPropagation()
        onKeyDown?.(event)
        if (event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing) return
        // Closed here, because the browser reports what it closed in a later task, and the next key may come before.
        event.preventDefault()
        onClose()
      }}
    />
  )
}

/** Layout effects: they end before React takes the element away, while it is known whether it has the focus. */
function useOpenPopover(layer: RefObject<HTMLElement | null>, onClose: () => void) {
  const latest = useRef(onClose)
  latest.current = onClose
  useLayoutEffect(() => {
    const element = layer.current
    if (!element) return
    const opener = focusedElement()
    element.showPopover()
    const entry = element.querySelector<HTMLElement>('[data-dialog-entry]') ?? entryOf(element)
    // Nothing may be in it yet: the keys are not for what stands around it all the same.
    const target = entry ?? element
    target.focus({ preventScroll: true })
    const toggled = ({ newState }: ToggleEvent) => newState === 'closed' && latest.current()
    element.addEventListener('toggle', toggled)
    return () => {
      element.removeEventListener('toggle', toggled)
      const focused = focusedElement()
      const isLeft = focused === null || element.contains(focused)
      if (element.matches(':popover-open')) element.hidePopover()
      if (isLeft && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
    }
  }, [layer])
}

/** Beside the anchor, also when the layer grows. */
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
