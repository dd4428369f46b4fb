import { type MouseEvent, type PointerEvent, useEffect, useRef } from 'react'

/** Milliseconds after which a touch is a long press, as on phones. */
const longPressMs = 450
/** A touch that moves further than this many px is a scroll. */
const tolerance = 10

const always = () => true

interface Press {
  timer: ReturnType<typeof setTimeout>
  x: number
  y: number
}

/** Suppresses the click at the end of a long press, which would press a button of the sheet below the finger. */
function swallowClick() {
  const swallow = (event: Event) => {
    event.preventDefault()
    event.stopPropagation()
  }
  addEventListener('click', swallow, { capture: true, once: true })
  const stop = () => removeEventListener('click', swallow, { capture: true })
  addEventListener('pointerdown', stop, { capture: true, once: true })
}

/**
 * Handlers for an element: they call `onPress` with the touched element inside it after a touch of 450 ms, while the
 * finger is still down, unless it moved more than 10 px. They suppress the context menu then, and the click at the
 * end; your CSS must suppress the selection of text. Mouse and pen do nothing; elements for which `isMeant` is false,
 * such as links, keep what the browser does. Spread all handlers.
 *
 * @example <ol {...useLongPress((target) => open(target.closest('li')))}>…</ol>
 */
export function useLongPress(onPress: (target: Element) => void, isMeant: (target: Element) => boolean = always) {
  const press = useRef<Press | null>(null)
  const hasFired = useRef(false)
  const cancel = () => {
    clearTimeout(press.current?.timer)
    press.current = null
  }
  useEffect(() => () => clearTimeout(press.current?.timer), [])
  return {
    onPointerDown({ pointerType, isPrimary, target, clientX, clientY }: PointerEvent) {
      cancel()
      hasFired.current = false
      if (pointerType !== 'touch' || !isPrimary || !(target instanceof Element) || !isMeant(target)) return
      const fire = () => {
        press.current = null
        hasFired.current = true
        swallowClick()
        onPress(target)
      }
      press.current = { timer: setTimeout(fire, longPressMs), x: clientX, y: clientY }
    },
    onPointerMove({ clientX, clientY }: PointerEvent) {
      const from = press.current
      if (from && Math.hypot(clientX - from.x, clientY - from.y) > tolerance) cancel()
    },
    onPointerUp: cancel,
    onPointerCancel: cancel,
    onContextMenu(event: MouseEvent) {
      if (press.current || hasFired.current) event.preventDefault()
    },
  }
}
