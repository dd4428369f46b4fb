import { type PointerEvent, useRef } from 'react'

/** The shortest distance of a swipe, in px. */
const shortest = 48

/**
 * Handlers that report a horizontal swipe by touch or pen, at its end: 1 for a swipe to the left, -1 for one to the
 * right, regardless of the writing direction. It must be at least 48 px long and more than twice as long as its
 * vertical part. Ignores the mouse; a second finger ends the swipe without a report.
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
      if (Math.abs(x) >= shortest && Math.abs(x) > 2 * Math.abs(y)) onSwipe(x < 0 ? 1 : -1)
    },
    onPointerCancel: () => {
      start.current = null
    },
  }
}
