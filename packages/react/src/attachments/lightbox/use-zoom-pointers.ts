import { type PointerEvent, useRef, useState } from 'react'
import { type Point, pointIn, type ZoomAt } from './zoom-view.ts'

/** Two presses within this time and distance (px) are a double press. */
const doublePressMs = 350
const doublePressDistance = 24

const distance = (one: Point, other: Point) => Math.hypot(one.x - other.x, one.y - other.y)
const between = (one: Point, other: Point) => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 })
const isOnPicture = ({ target }: PointerEvent) => target instanceof HTMLElement && target.dataset.zoomed !== undefined

interface ZoomActions {
  zoomAt: ZoomAt
  moveBy: (by: Point) => void
  toggle: (at: Point) => void
}

/**
 * Handlers for touch, pen and mouse, to be spread on the `frame`: a pressed pointer that moves calls `moveBy` (in px);
 * with two of them, each move calls `zoomAt` instead; a double press on the picture (`data-zoomed`) calls `toggle`.
 * Points are relative to the center of the frame. `isMoving` is true while a pointer is pressed in the frame.
 */
export function useZoomPointers(frame: HTMLElement | null, { zoomAt, moveBy, toggle }: ZoomActions) {
  const [isMoving, setIsMoving] = useState(false)
  const pointers = useRef(new Map<number, Point>())
  const isSecondPress = useSecondPress()
  const release = ({ pointerId }: PointerEvent) => {
    pointers.current.delete(pointerId)
    setIsMoving(pointers.current.size > 0)
  }
  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      pointers.current.set(event.pointerId, pointIn(frame, event))
      setIsMoving(true)
    },
    onPointerMove: (event: PointerEvent) => {
      const before = pointers.current.get(event.pointerId)
      if (!before) return
      const now = pointIn(frame, event)
      const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1]
      pointers.current.set(event.pointerId, now)
      if (!other) return moveBy({ x: now.x - before.x, y: now.y - before.y })
      zoomAt(between(now, other), (scale) => (scale * distance(now, other)) / (distance(before, other) || 1))
    },
    onPointerUp: (event: PointerEvent) => {
      const at = pointIn(frame, event)
      if (pointers.current.size === 1 && isSecondPress(at, event.timeStamp) && isOnPicture(event)) toggle(at)
      release(event)
    },
    onPointerCancel: release,
    onPointerLeave: release,
  }
  return { isMoving, handlers }
}

function useSecondPress() {
  const last = useRef({ x: 0, y: 0, time: Number.NEGATIVE_INFINITY })
  return (at: Point, time: number): boolean => {
    const isSecond = time - last.current.time < doublePressMs && distance(at, last.current) < doublePressDistance
    // A third press counts as a first one.
    last.current = { ...at, time: isSecond ? Number.NEGATIVE_INFINITY : time }
    return isSecond
  }
}
