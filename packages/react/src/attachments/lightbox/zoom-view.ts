/** The zoom of a picture: its scale, and its distance from the center of the frame in px. */
export interface ZoomView {
  scale: number
  x: number
  y: number
}

export interface Point {
  x: number
  y: number
}

/**
 * Zooms to the scale that `scaleOf` computes from the present one, so that the picture's point at `at` does not move.
 */
export type ZoomAt = (at: Point, scaleOf: (scale: number) => number) => void

/** The size of the picture without zoom, and that of the frame in which it is visible. */
export interface ZoomRoom {
  picture: { width: number; height: number }
  frame: { width: number; height: number }
}

/** The view that shows the whole picture in the middle of the frame. */
export const unzoomed: ZoomView = { scale: 1, x: 0, y: 0 }

/** The middle of the frame. */
export const center: Point = { x: 0, y: 0 }

/**
 * The position of an event in px, relative to the center of the frame; relative to the corner of the window for null.
 */
export function pointIn(frame: HTMLElement | null, { clientX, clientY }: { clientX: number; clientY: number }): Point {
  const { left = 0, top = 0, width = 0, height = 0 } = frame?.getBoundingClientRect() ?? {}
  return { x: clientX - left - width / 2, y: clientY - top - height / 2 }
}

const largestScale = 8

const clamp = (min: number, value: number, max: number) => Math.min(max, Math.max(min, value))

/** Limits the distance, so that the picture fills the frame, or is centered in it if it is smaller. */
function keepInFrame({ scale, x, y }: ZoomView, { picture, frame }: ZoomRoom): ZoomView {
  const across = Math.max(0, (picture.width * scale - frame.width) / 2)
  const down = Math.max(0, (picture.height * scale - frame.height) / 2)
  return { scale, x: clamp(0 - across, x, across), y: clamp(0 - down, y, down) }
}

/**
 * Returns the view at the wanted scale (limited to 1–8), in which the picture's point at `at` has not moved, except as
 * far as the picture must fill its frame or be centered in it.
 */
export function zoomed(view: ZoomView, wanted: number, at: Point, room: ZoomRoom): ZoomView {
  const scale = clamp(1, wanted, largestScale)
  const ratio = scale / view.scale
  return keepInFrame({ scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio }, room)
}

/**
 * Returns the view moved by so many px, as far as the picture still fills its frame; a picture that is smaller stays
 * centered.
 */
export const moved = (view: ZoomView, by: Point, room: ZoomRoom): ZoomView =>
  keepInFrame({ ...view, x: view.x + by.x, y: view.y + by.y }, room)
