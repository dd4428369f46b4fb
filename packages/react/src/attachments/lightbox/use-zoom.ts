import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useZoomPointers } from './use-zoom-pointers.ts'
import {
  center,
  moved,
  type Point,
  pointIn,
  unzoomed,
  type ZoomAt,
  type ZoomRoom,
  type ZoomView,
  zoomed,
} from './zoom-view.ts'

/** The scale after `toggle`. */
const toggleScale = 2.5
/** The change by one press of a key. */
const keyFactor = 1.5
const keyPixels = 80

type Change = (next: (view: ZoomView, room: ZoomRoom) => ZoomView) => void

/**
 * Zooms a picture (1 to 8) by wheel, two fingers, double press and keys (plus, minus, 0), and moves it by pointer and
 * arrow keys if it is larger than its frame. Pass `setFrame` as the `ref` of the frame, in which the picture has
 * `data-zoomed`, spread `handlers` on it, and apply `view` as a transform. `toggle` zooms to 2.5, or ends the zoom.
 * `onKeyDown` returns true if it handled the key: then prevent its default. Without a picture, only `reset` changes the
 * view.
 */
export function useZoom() {
  const [frame, setFrame] = useState<HTMLElement | null>(null)
  const [view, setView] = useState<ZoomView>(unzoomed)
  const change: Change = (next) => {
    const room = roomIn(frame)
    if (room) setView((now) => next(now, room))
  }
  const zoomAt: ZoomAt = (at, scaleOf) => change((now, room) => zoomed(now, scaleOf(now.scale), at, room))
  const toggle = (at: Point = center) => zoomAt(at, (scale) => (scale > 1 ? 1 : toggleScale))
  const moveBy = (by: Point) => change((now, room) => moved(now, by, room))
  useWheel(frame, zoomAt)
  return {
    view,
    isZoomed: view.scale > 1,
    setFrame,
    toggle,
    reset: () => setView(unzoomed),
    onKeyDown: (event: KeyboardEvent) => runKey(event, view.scale > 1, change),
    ...useZoomPointers(frame, { zoomAt, moveBy, toggle }),
  }
}

export type Zoom = ReturnType<typeof useZoom>

/** The sizes without zoom; null while there is no picture. */
function roomIn(frame: HTMLElement | null): ZoomRoom | null {
  const picture = frame?.querySelector<HTMLElement>('[data-zoomed]')
  if (!frame || !picture) return null
  return {
    picture: { width: picture.offsetWidth, height: picture.offsetHeight },
    frame: { width: frame.clientWidth, height: frame.clientHeight },
  }
}

function useWheel(frame: HTMLElement | null, zoomAt: ZoomAt) {
  const latest = useRef(zoomAt)
  latest.current = zoomAt
  useEffect(() => {
    if (!frame) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      latest.current(pointIn(frame, event), (scale) => scale * Math.exp(-event.deltaY / 300))
    }
    // React's wheel listeners are passive, so they cannot prevent the page from scrolling.
    frame.addEventListener('wheel', onWheel, { passive: false })
    return () => frame.removeEventListener('wheel', onWheel)
  }, [frame])
}

const factors: Readonly<Record<string, number>> = { '+': keyFactor, '=': keyFactor, '-': 1 / keyFactor }
const moves: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: keyPixels, y: 0 },
  ArrowRight: { x: -keyPixels, y: 0 },
  ArrowUp: { x: 0, y: keyPixels },
  ArrowDown: { x: 0, y: -keyPixels },
}

/** Plus and minus zoom, zero ends the zoom, and arrows move a zoomed picture. Returns true if it handled the key. */
function runKey({ key, altKey, ctrlKey, metaKey }: KeyboardEvent, isZoomed: boolean, change: Change): boolean {
  // These are keys of the browser: for its own zoom, and for its history.
  if (altKey || ctrlKey || metaKey) return false
  const [factor, move] = [factors[key], isZoomed ? moves[key] : undefined]
  if (factor) change((view, room) => zoomed(view, view.scale * factor, center, room))
  if (key === '0') change(() => unzoomed)
  if (move) change((view, room) => moved(view, move, room))
  return factor !== undefined || move !== undefined || key === '0'
}
