import { type MouseEvent, type PointerEvent, useEffect, useRef } from 'react'

/** Milliseconds that a finger rests before it means more than a tap, as phones have it. */
const rest = 450
/** A finger that moves further than this many px scrolls. */
const slack = 10

const always = () => true

interface Press {
  timer: ReturnType<typeof setTimeout>
  x: number
  y: number
}

/** A long press ends with a click. It would press the button of the sheet that has opened under the finger. */
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
 * Hears of a finger that rests on something inside an element. What the browser itself does then (a context menu,
 * selected text, a click at the end) is left out, but not on what `isMeant` excludes, such as a link.
 *
 * @example <ol {...useLongPress((target) => open(target.closest('li')))}>…</ol>
 */
export function useLongPress(onPress: (target: Element) => void, isMeant: (target: Element) => boolean = always) {
  const press = useRef<Press | null>(null)
  const isSpent = useRef(false)
  const cancel = () => {
    clearTimeout(press.current?.timer)
    press.current = null
  }
  useEffect(() => () => clearTimeout(press.current?.timer), [])
  return {
    onPointerDown({ pointerType, isPrimary, target, clientX, clientY }: PointerEvent) {
      cancel()
      isSpent.current = false
      if (pointerType !== 'touch' || !isPrimary || !(target instanceof Element) || !isMeant(target)) return
      const fire = () => {
        press.current = null
        isSpent.current = true
        swallowClick()
        onPress(target)
      }
      press.current = { timer: setTimeout(fire, rest), x: clientX, y: clientY }
    },
    onPointerMove({ clientX, clientY }: PointerEvent) {
      const from = press.current
      if (from && Math.hypot(clientX - from.x, clientY - from.y) > slack) cancel()
    },
    onPointerUp: cancel,
    onPointerCancel: cancel,
    onContextMenu(event: MouseEvent) {
      if (press.current || isSpent.current) event.preventDefault()
    },
  }
}
