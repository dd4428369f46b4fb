import { type PointerEvent, useRef } from 'react'

/** Pixels that make a swipe of a touch, more to the side than up or down. */
const least = 48

/**
 * A finger that wipes to one side: 1 where it went to the left, which shows what is on the right, else -1.
 *
 * @example <div {...useSwipe((step) => show(at + step))}>…</div>
 */
export function useSwipe(onSwipe: (step: 1 | -1) => void) {
  const start = useRef<{ x: number; y: number } | null>(null)
  return {
    onPointerDown: (event: PointerEvent) => {
      start.current = event.pointerType !== 'mouse' && event.isPrimary ? { x: event.clientX, y: event.clientY } : null
    },
    onPointerUp: (event: PointerEvent) => {
      if (!start.current) return
      const [x, y] = [event.clientX - start.current.x, event.clientY - start.current.y]
      start.current = null
      if (Math.abs(x) >= least && Math.abs(x) > 2 * Math.abs(y)) onSwipe(x < 0 ? 1 : -1)
    },
    onPointerCancel: () => {
      start.current = null
    },
  }
}
