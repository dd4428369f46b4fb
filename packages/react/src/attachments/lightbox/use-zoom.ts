import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useZoomPointers } from './use-zoom-pointers.ts'
import {
  middle,
  moved,
  type Point,
  pointIn,
  whole,
  type ZoomAt,
  type ZoomRoom,
  type ZoomView,
  zoomed,
} from './zoom-view.ts'

const closer = 2.5
/** Of one press of a key. */
const keyFactor = 1.5
const keyPixels = 80

type Change = (next: (view: ZoomView, room: ZoomRoom) => ZoomView) => void

/**
 * Zooms a picture by wheel, by two fingers, by two presses and by keys, and moves it where it is larger than its frame.
 * The element with `data-zoomed` inside of the frame is the picture.
 */
export function useZoom() {
  const [frame, setFrame] = useState<HTMLElement | null>(null)
  const [view, setView] = useState<ZoomView>(whole)
  const change: Change = (next) => {
    const room = roomIn(frame)
    if (room) setView((now) => next(now, room))
  }
  const zoomAt: ZoomAt = (at, scaleOf) => change((now, room) => zoomed(now, scaleOf(now.scale), at, room))
  const toggle = (at: Point = middle) => zoomAt(at, (scale) => (scale > 1 ? 1 : closer))
  const moveBy = (by: Point) => change((now, room) => moved(now, by, room))
  useWheel(frame, zoomAt)
  return {
    view,
    isZoomed: view.scale > 1,
    setFrame,
    toggle,
    reset: () => setView(whole),
    onKeyDown: (event: KeyboardEvent) => runKey(event, view.scale > 1, change),
    ...useZoomPointers(frame, { zoomAt, moveBy, toggle }),
  }
}

export type Zoom = ReturnType<typeof useZoom>

/** Sizes before any zoom; null as long as there is no picture. */
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
    // React listens without the right to keep the page from scrolling.
    frame.addEventListener('wheel', onWheel, { passive: false })
    return () => frame.removeEventListener('wheel', onWheel)
  }, [frame])
}

const factors: Readonly<Record<string, number>> = { '+': keyFactor, '=': keyFactor, '-': 1 / keyFactor }
const ways: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: keyPixels, y: 0 },
  ArrowRight: { x: -keyPixels, y: 0 },
  ArrowUp: { x: 0, y: keyPixels },
  ArrowDown: { x: 0, y: -keyPixels },
}

/** Plus and minus zoom, zero shows the whole, and the arrows move what is zoomed. True if the key was one of them. */
function runKey({ key, ctrlKey, metaKey }: KeyboardEvent, isZoomed: boolean, change: Change): boolean {
  // The browser's own zoom stays its own.
  if (ctrlKey || metaKey) return false
  const [factor, way] = [factors[key], isZoomed ? ways[key] : undefined]
  if (factor) change((view, room) => zoomed(view, view.scale * factor, middle, room))
  if (key === '0') change(() => whole)
  if (way) change((view, room) => moved(view, way, room))
  return factor !== undefined || way !== undefined || key === '0'
}
